package io.faultline.benchmark;

import io.faultline.dataset.RgbImage;
import io.faultline.poison.cuda.ClassWiseConvolution;
import io.faultline.poison.cuda.NumpySeededFilters;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What is convolved: synthetic images of one size, ten classes in turn, filters of one size. The peers make the same images and
 * filters ({@code cuda_peers.py}).
 *
 * @param blur p_b of the filters
 * @param images how many different ones
 */
record Workload(int height, int width, int kernelSize, double blur, int images) {
    /** As CIFAR-10 has them, with the paper's filters; more than the caches hold. */
    static final Workload CIFAR = new Workload(32, 32, 3, 0.3, 10_000);
    /** As ImageNet-100 has them, with the paper's filters. */
    static final Workload IMAGENET = new Workload(224, 224, 9, 0.06, 200);

    private static final int CLASSES = 10;
    private static final long FILTER_SEED = 7;

    ClassWiseConvolution convolution() {
        return new ClassWiseConvolution(new NumpySeededFilters(FILTER_SEED).generate(CLASSES, kernelSize, blur));
    }

    List<RgbImage> makeImages() {
        return IntStream.range(0, images).parallel().mapToObj(this::image).toList();
    }

    int[] makeLabels() {
        return IntStream.range(0, images).map(i -> i % CLASSES).toArray();
    }

    /** Pixels that change from place to place, and a different image for each {@code i}. */
    RgbImage image(int i) {
        byte[] pixels = new byte[height * width * 3];
        int p = 0;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                for (int c = 0; c < 3; c++) {
                    pixels[p++] = (byte) (y * 7 + x * 13 + c * 59 + x * y % 97 * (i % 10 + 1) + i * 31);
                }
            }
        }
        return new RgbImage(height, width, pixels);
    }

    /** Bytes that one image makes the kernel read and write. */
    long bytesPerImage() {
        return 2L * height * width * 3;
    }

    @Override
    public String toString() {
        return height + "×" + width + ", k = " + kernelSize + ", p_b = " + blur;
    }
}
