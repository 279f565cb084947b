package io.faultline.poison.audit;

import io.faultline.dataset.RgbImage;
import io.faultline.poison.quality.ImagePair;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The planes of a pair that the filter acts on alike: three, or the luma alone where the published image is grey and so
 * tells no more. Each is height × width, row by row, in levels 0 to 255.
 */
record Planes(int height, int width, List<double[]> original, List<double[]> published) {
    private static final int CHANNELS = 3;
    private static final double[][] COLOUR = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
    /** ITU-R BT.601. */
    private static final double[][] LUMA = {{0.299, 0.587, 0.114}};

    static Planes of(ImagePair pair) {
        double[][] mixes = isGrey(pair.published()) ? LUMA : COLOUR;
        return new Planes(
                pair.original().height(),
                pair.original().width(),
                planes(pair.original(), mixes),
                planes(pair.published(), mixes));
    }

    /** Whether neither image has a value above zero to learn from. */
    boolean isBlack() {
        return isZero(original) || isZero(published);
    }

    private static boolean isZero(List<double[]> planes) {
        return planes.stream().flatMapToDouble(Arrays::stream).allMatch(level -> level == 0);
    }

    private static boolean isGrey(RgbImage image) {
        byte[] pixels = image.pixels();
        return IntStream.range(0, pixels.length / CHANNELS)
                .map(pixel -> CHANNELS * pixel)
                .allMatch(red -> pixels[red] == pixels[red + 1] && pixels[red] == pixels[red + 2]);
    }

    private static List<double[]> planes(RgbImage image, double[][] mixes) {
        byte[] pixels = image.pixels();
        return IntStream.range(0, mixes.length)
                .mapToObj(plane -> {
                    double[] levels = new double[pixels.length / CHANNELS];
                    for (int i = 0; i < levels.length; i++) {
                        for (int channel = 0; channel < CHANNELS; channel++) {
                            levels[i] += mixes[plane][channel] * (pixels[CHANNELS * i + channel] & 0xff);
                        }
                    }
                    return levels;
                })
                .toList();
    }
}
