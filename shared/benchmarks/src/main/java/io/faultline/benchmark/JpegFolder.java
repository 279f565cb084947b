package io.faultline.benchmark;

import io.faultline.dataset.RgbImage;
import io.faultline.poison.cuda.ClassWiseConvolution;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/**
 * A folder of JPEG files that goes through decoding and encoding, with the class-wise convolution in between or without, into
 * another folder. Both roads take the image as {@link RgbImage}, as the service does.
 *
 * @param files in the order of their class, which is their number mod ten
 */
record JpegFolder(Path target, List<Path> files) {
    private static final int CLASSES = 10;
    private static final float QUALITY = 0.95f;
    private static final double NOISE = 6;

    /** Fills {@code folder/in} with smooth scenes under noise; what goes through comes out in {@code folder/out}. */
    static JpegFolder make(Path folder, int count, int height, int width) throws IOException {
        // ImageIO else writes each image to a file of its own in the temporary folder before it decodes it
        ImageIO.setUseCache(false);
        Path source = Files.createDirectories(folder.resolve("in"));
        Path target = Files.createDirectories(folder.resolve("out"));
        List<Path> files = IntStream.range(0, count)
                .parallel()
                .mapToObj(i -> write(source.resolve("image-%05d.jpg".formatted(i)), scene(i, height, width)))
                .toList();
        return new JpegFolder(target, files);
    }

    /** Seconds for all files. */
    double pass(Threads threads, ClassWiseConvolution convolution) {
        return timed(
                threads, i -> image -> convolution.apply(image, i % CLASSES).image());
    }

    /** Seconds for all files, decoded and encoded only. */
    double passWithoutConvolution(Threads threads) {
        return timed(threads, i -> UnaryOperator.identity());
    }

    /** Mean size of a file in bytes. */
    long meanSize() throws IOException {
        long sum = 0;
        for (Path file : files) {
            sum += Files.size(file);
        }
        return sum / files.size();
    }

    void delete() throws IOException {
        try (Stream<Path> written = Files.list(target)) {
            for (Path path : Stream.concat(files.stream(), written).toList()) {
                Files.delete(path);
            }
        }
    }

    private interface Change {
        UnaryOperator<RgbImage> ofFile(int i);
    }

    private double timed(Threads threads, Change change) {
        long start = System.nanoTime();
        threads.run(() -> IntStream.range(0, files.size()).parallel().forEach(i -> {
            Path file = files.get(i);
            write(target.resolve(file.getFileName()), change.ofFile(i).apply(read(file)));
        }));
        return Threads.secondsSince(start);
    }

    private static RgbImage scene(int i, int height, int width) {
        SplittableRandom random = new SplittableRandom(i);
        byte[] pixels = new byte[height * width * 3];
        for (int p = 0; p < pixels.length; p++) {
            int x = p / 3 % width;
            int y = p / 3 / width;
            double wave = 60 * Math.sin((x + 9 * i) / 17.0 + p % 3) + 50 * Math.cos(y / 23.0);
            double board = 30 * ((x / 40 ^ y / 50) & 1);
            double noise = NOISE * (random.nextDouble() + random.nextDouble() + random.nextDouble() - 1.5);
            pixels[p] = (byte) Math.max(0, Math.min(255, 110 + wave + board + noise));
        }
        return new RgbImage(height, width, pixels);
    }

    private static RgbImage read(Path file) {
        try {
            BufferedImage image = ImageIO.read(file.toFile());
            byte[] bgr = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
            return new RgbImage(image.getHeight(), image.getWidth(), swapped(bgr));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path write(Path file, RgbImage image) {
        BufferedImage bgr = new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_3BYTE_BGR);
        bgr.getRaster().setDataElements(0, 0, image.width(), image.height(), image.pixels());
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ImageWriteParam quality = writer.getDefaultWriteParam();
        quality.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        quality.setCompressionQuality(QUALITY);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
            writer.setOutput(out);
            writer.write(null, new IIOImage(bgr, null, null), quality);
            out.flush();
            return Files.write(file, bytes.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            writer.dispose();
        }
    }

    private static byte[] swapped(byte[] bgr) {
        byte[] rgb = new byte[bgr.length];
        for (int p = 0; p < rgb.length; p += 3) {
            rgb[p] = bgr[p + 2];
            rgb[p + 1] = bgr[p + 1];
            rgb[p + 2] = bgr[p];
        }
        return rgb;
    }
}
