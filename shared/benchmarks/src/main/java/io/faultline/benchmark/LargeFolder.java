package io.faultline.benchmark;

import io.faultline.dataset.ImageEncoding;
import io.faultline.dataset.RgbImage;
import io.faultline.recipe.Seed;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * Makes an image folder of ImageNet-100's size, to measure the data path on: JPEG files of 224×224 pixels in 100 classes, as one
 * tar. The images are coloured ramps with noise, all different; nobody would learn from them.
 *
 * <p>{@code java -cp benchmarks.jar io.faultline.benchmark.LargeFolder FILE [IMAGES]}
 */
public final class LargeFolder {
    private static final int CLASSES = 100;
    private static final int SIDE = 224;
    private static final int IMAGES = 130_000;
    private static final int TEST_SHARE = 26;
    private static final int AT_ONCE = 512;
    private static final int QUALITY = 90;
    private static final int NOISE = 24;

    private LargeFolder() {}

    public static void main(String[] arguments) throws IOException {
        if (arguments.length < 1 || arguments.length > 2) {
            throw new IllegalArgumentException("arguments are " + List.of(arguments) + "; expected FILE [IMAGES]");
        }
        write(Path.of(arguments[0]), arguments.length == 2 ? Integer.parseInt(arguments[1]) : IMAGES);
    }

    private static void write(Path file, int images) throws IOException {
        ImageEncoding encoding = ImageEncoding.jpeg(QUALITY);
        long begun = System.nanoTime();
        try (TarArchiveOutputStream tar =
                new TarArchiveOutputStream(new BufferedOutputStream(Files.newOutputStream(file), 1 << 20))) {
            for (int from = 0; from < images; from += AT_ONCE) {
                int first = from;
                List<byte[]> encoded = IntStream.range(from, Math.min(images, from + AT_ONCE))
                        .parallel()
                        .mapToObj(i -> encoding.encode(image(i)))
                        .toList();
                for (int i = 0; i < encoded.size(); i++) {
                    TarArchiveEntry entry = new TarArchiveEntry(path(first + i));
                    entry.setSize(encoded.get(i).length);
                    tar.putArchiveEntry(entry);
                    tar.write(encoded.get(i));
                    tar.closeArchiveEntry();
                }
                double rate = (first + encoded.size()) / ((System.nanoTime() - begun) / 1e9);
                System.out.printf(
                        "\r%d of %d images, %.0f/s, %.0f s left ",
                        first + encoded.size(), images, rate, (images - first - encoded.size()) / rate);
            }
        }
        System.out.printf("%n%s: %d bytes%n", file, Files.size(file));
    }

    /** Of every {@value #TEST_SHARE} images of a class the last is a test image. */
    private static String path(int number) {
        boolean test = number / CLASSES % TEST_SHARE == TEST_SHARE - 1;
        return String.format("%s/class-%02d/%06d.jpg", test ? "test" : "train", number % CLASSES, number);
    }

    private static RgbImage image(int number) {
        SplittableRandom random = Seed.of(number).generator();
        int[] slopes = IntStream.range(0, 6).map(i -> random.nextInt(-2, 3)).toArray();
        byte[] pixels = new byte[3 * SIDE * SIDE];
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                int noise = random.nextInt(NOISE);
                for (int channel = 0; channel < 3; channel++) {
                    int ramp = slopes[2 * channel] * y + slopes[2 * channel + 1] * x;
                    pixels[3 * (y * SIDE + x) + channel] = (byte) Math.min(255, Math.floorMod(ramp, 232) + noise);
                }
            }
        }
        return new RgbImage(SIDE, SIDE, pixels);
    }
}
