package io.faultline.poison.quality;

import java.util.Arrays;

/**
 * The mean SSIM of two planes, as {@link ImageQuality#ssim} defines it:
 *
 * <pre>SSIM = (2 μx μy + C₁)(2 σxy + C₂) / ((μx² + μy² + C₁)(σx² + σy² + C₂)),  C₁ = (K₁ L)², C₂ = (K₂ L)²</pre>
 *
 * @implNote σx² and σy² enter only as their sum, so four planes are blurred (x, y, x² + y², xy), not five; the Gaussian is
 *     separable, so each by columns and then by rows, with innermost loops over a row that hold no condition.
 */
final class StructuralSimilarity {
    private static final int WINDOW = 11;
    private static final double SIGMA = 1.5;
    private static final double C1 = square(0.01 * ImageQuality.HIGHEST_LEVEL);
    private static final double C2 = square(0.03 * ImageQuality.HIGHEST_LEVEL);
    private static final int PLANES = 4;

    private StructuralSimilarity() {}

    static double of(double[] x, double[] y, int height, int width) {
        double[] window = gaussian(Math.min(WINDOW, largestOdd(Math.min(height, width))));
        double[][] planes = {x, y, new double[x.length], new double[x.length]};
        for (int i = 0; i < x.length; i++) {
            planes[2][i] = x[i] * x[i] + y[i] * y[i];
            planes[3][i] = x[i] * y[i];
        }
        int rows = height - window.length + 1;
        int columns = width - window.length + 1;
        double[] tall = new double[width];
        double[][] means = new double[PLANES][columns];
        double sum = 0;
        for (int row = 0; row < rows; row++) {
            for (int plane = 0; plane < PLANES; plane++) {
                Arrays.fill(tall, 0);
                for (int tap = 0; tap < window.length; tap++) {
                    addScaled(tall, planes[plane], (row + tap) * width, window[tap]);
                }
                Arrays.fill(means[plane], 0);
                for (int tap = 0; tap < window.length; tap++) {
                    addScaled(means[plane], tall, tap, window[tap]);
                }
            }
            sum += similarities(means);
        }
        return sum / ((double) rows * columns);
    }

    private static void addScaled(double[] target, double[] source, int from, double factor) {
        for (int i = 0; i < target.length; i++) {
            target[i] += factor * source[from + i];
        }
    }

    private static double similarities(double[][] means) {
        double sum = 0;
        for (int i = 0; i < means[0].length; i++) {
            double product = means[0][i] * means[1][i];
            double squares = square(means[0][i]) + square(means[1][i]);
            double covariance = means[3][i] - product;
            double variances = means[2][i] - squares;
            sum += (2 * product + C1) * (2 * covariance + C2) / ((squares + C1) * (variances + C2));
        }
        return sum;
    }

    private static double[] gaussian(int size) {
        double[] window = new double[size];
        double total = 0;
        for (int i = 0; i < size; i++) {
            window[i] = Math.exp(-square((i - size / 2) / SIGMA) / 2);
            total += window[i];
        }
        for (int i = 0; i < size; i++) {
            window[i] /= total;
        }
        return window;
    }

    private static int largestOdd(int side) {
        return side % 2 == 0 ? side - 1 : side;
    }

    private static double square(double value) {
        return value * value;
    }
}
