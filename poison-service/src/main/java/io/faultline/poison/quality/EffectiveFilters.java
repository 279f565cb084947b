package io.faultline.poison.quality;

import io.faultline.dataset.RgbImage;
import io.faultline.poison.cuda.ClassWiseConvolution;
import io.faultline.poison.cuda.FilterBank;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a filter bank does to an image of one bright pixel, as bytes: each class's filter as far as published images can show
 * it, to 1/255 of its largest entry. Enough to compare filters; private like them, so it does not print itself.
 */
public final class EffectiveFilters {
    private static final int CHANNELS = 3;

    private final int kernelSize;
    private final List<int[]> responses;

    /** @param responses by label, the k² levels of the bright pixel's image, row by row */
    EffectiveFilters(int kernelSize, List<int[]> responses) {
        this.kernelSize = kernelSize;
        this.responses = List.copyOf(responses);
    }

    /** As the bank's convolution with default options shows them. */
    public static EffectiveFilters of(FilterBank filters) {
        ClassWiseConvolution convolution = new ClassWiseConvolution(filters);
        RgbImage impulse = impulse(filters.kernelSize());
        return new EffectiveFilters(
                filters.kernelSize(),
                IntStream.range(0, filters.classes())
                        .mapToObj(label -> red(convolution.apply(impulse, label).image()))
                        .toList());
    }

    int classes() {
        return responses.size();
    }

    /** Of the angle between two filters: 1 for equal ones, 0 where no entry is shared. */
    double cosine(int label, int other) {
        int[] one = responses.get(label);
        int[] two = responses.get(other);
        return dot(one, two) / Math.sqrt((double) dot(one, one) * dot(two, two));
    }

    /** Whether the filter only moves the image: all entries but one are zero. */
    boolean onlyMoves(int label) {
        return Arrays.stream(responses.get(label)).filter(level -> level != 0).count() == 1;
    }

    /** Whether the filter leaves the image where and what it is. */
    boolean isIdentity(int label) {
        return onlyMoves(label) && responses.get(label)[centre(kernelSize)] != 0;
    }

    @Override
    public String toString() {
        return "EffectiveFilters[" + classes() + " classes, " + kernelSize + "×" + kernelSize + "]";
    }

    /** k×k, black but for the pixel in the middle, so that every entry of the filter falls on it once. */
    private static RgbImage impulse(int kernelSize) {
        byte[] pixels = new byte[CHANNELS * kernelSize * kernelSize];
        int middle = CHANNELS * centre(kernelSize);
        Arrays.fill(pixels, middle, middle + CHANNELS, (byte) ImageQuality.HIGHEST_LEVEL);
        return new RgbImage(kernelSize, kernelSize, pixels);
    }

    private static int centre(int kernelSize) {
        return kernelSize * kernelSize / 2;
    }

    private static int[] red(RgbImage image) {
        return IntStream.range(0, image.height() * image.width())
                .map(pixel -> image.pixels()[CHANNELS * pixel] & 0xff)
                .toArray();
    }

    private static long dot(int[] one, int[] two) {
        long sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += one[i] * two[i];
        }
        return sum;
    }
}
