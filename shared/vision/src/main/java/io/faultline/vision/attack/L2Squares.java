package io.faultline.vision.attack;

import java.util.Arrays;

/**
 * Moves perturbation from one square to another, where it takes the form of two opposed hills, over a start of such hills all
 * over the image (Andriushchenko et al., ECCV 2020, Alg. 3).
 *
 * @implNote as the reference AutoAttack draws them: a square never touches the last row and column that it could, and has an odd
 *     side of at least 3 unless it covers the image. Each image draws its own squares, as in the paper; the reference
 *     draws one for the whole batch
 */
record L2Squares(double radius, PixelRows pixels) implements SquareMoves {
    private static final int TILES = 5;
    private static final int SMALLEST_SIDE = 3;
    private static final double SMALLEST_LENGTH = 1e-12;

    @Override
    public float[] start(float[] original, Draws draws) {
        int side = Math.max(pixels.height() / TILES, 1);
        int margin = Math.max((pixels.height() - side * TILES) / 2, 0);
        double[] delta = new double[original.length];
        for (int row = 0; row < pixels.height() / side; row++) {
            for (int column = 0; column < pixels.width() / side; column++) {
                Window tile = new Window(margin + row * side, margin + column * side, side);
                double[][] hills = hills(side, draws.coin());
                for (int c = 0; c < pixels.channels(); c++) {
                    int sign = draws.sign();
                    each(tile, c, (y, x, i) -> delta[i] = sign * hills[y][x]);
                }
            }
        }
        return scaled(original, delta);
    }

    @Override
    public float[] candidate(float[] original, float[] best, double share, Draws draws) {
        int side = side(share);
        Window grown = window(side, draws);
        Window emptied = window(side, draws);
        double[][] hills = hills(side, draws.coin());
        double[] before = new double[original.length];
        for (int i = 0; i < before.length; i++) {
            before[i] = best[i] - (double) original[i];
        }
        double length = PixelNorm.L2.length(before);
        double unused = Math.max(radius * radius - length * length, 0) / pixels.channels();
        double[] after = before.clone();
        for (int c = 0; c < pixels.channels(); c++) {
            int sign = draws.sign();
            double lengthInGrown = Math.sqrt(square(before, c, grown, grown));
            double[][] form = new double[side][side];
            each(
                    grown,
                    c,
                    (y, x, i) -> form[y][x] = sign * hills[y][x] + before[i] / (SMALLEST_LENGTH + lengthInGrown));
            double wanted = Math.sqrt(unused + square(before, c, grown, emptied));
            double factor = wanted / (SMALLEST_LENGTH + Math.sqrt(square(form)));
            each(emptied, c, (y, x, i) -> after[i] = 0);
            each(grown, c, (y, x, i) -> after[i] = form[y][x] * factor);
        }
        return scaled(original, after);
    }

    private int side(double share) {
        double exact = Math.sqrt(share * pixels.height() * pixels.width());
        int side = Math.max((int) Math.rint(exact), SMALLEST_SIDE);
        return Math.min(side % 2 == 0 ? side + 1 : side, Math.min(pixels.height(), pixels.width()));
    }

    private Window window(int side, Draws draws) {
        int top = draws.below(pixels.height() - side);
        int left = draws.below(pixels.width() - side);
        return new Window(top, left, side);
    }

    /** The original plus the perturbation at length ε, clipped. */
    private float[] scaled(float[] original, double[] delta) {
        double factor = radius / (SMALLEST_LENGTH + PixelNorm.L2.length(delta));
        float[] moved = new float[original.length];
        for (int i = 0; i < moved.length; i++) {
            moved[i] = (float) Math.max(0, Math.min(1, original[i] + factor * delta[i]));
        }
        return moved;
    }

    /** Two hills of opposite sign side by side, or one above the other, of length 1 together. */
    static double[][] hills(int side, boolean upright) {
        int half = side / 2;
        double[][] upper = hill(half, side);
        double[][] lower = hill(side - half, side);
        double[][] both = new double[side][side];
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                double value = y < half ? upper[y][x] : -lower[y - half][x];
                both[upright ? x : y][upright ? y : x] = value;
            }
        }
        return normalized(both);
    }

    /** Nested rectangles around the middle, the k-th adding 1/k², of length 1. */
    private static double[][] hill(int rows, int columns) {
        double[][] hill = new double[rows][columns];
        int rings = Math.max(rows / 2, columns / 2) + 1;
        for (int ring = 0; ring < rings; ring++) {
            int top = rows / 2 - ring;
            int left = columns / 2 - ring;
            for (int y = Math.max(top, 0); y < Math.min(top + 2 * ring + 1, rows); y++) {
                for (int x = Math.max(left, 0); x < Math.min(left + 2 * ring + 1, columns); x++) {
                    hill[y][x] += 1 / Math.pow(ring + 1.0, 2);
                }
            }
        }
        return normalized(hill);
    }

    private static double[][] normalized(double[][] form) {
        double length = Math.sqrt(square(form));
        return Arrays.stream(form)
                .map(row -> Arrays.stream(row).map(v -> v / length).toArray())
                .toArray(double[][]::new);
    }

    private static double square(double[][] form) {
        return Arrays.stream(form)
                .flatMapToDouble(Arrays::stream)
                .map(v -> v * v)
                .sum();
    }

    /** A square of the image. */
    private record Window(int top, int left, int side) {
        boolean contains(int y, int x) {
            return y >= top && y < top + side && x >= left && x < left + side;
        }
    }

    @FunctionalInterface
    private interface Visit {
        /**
         * @param y row within the window
         * @param x column within the window
         * @param i place of the value in the image
         */
        void at(int y, int x, int i);
    }

    /** Visits one channel of a window, as far as it lies in the image. */
    private void each(Window window, int channel, Visit visit) {
        for (int y = window.top(); y < Math.min(window.top() + window.side(), pixels.height()); y++) {
            for (int x = window.left(); x < Math.min(window.left() + window.side(), pixels.width()); x++) {
                visit.at(y - window.top(), x - window.left(), (y * pixels.width() + x) * pixels.channels() + channel);
            }
        }
    }

    /** The squared length of one channel in two windows together. */
    private double square(double[] delta, int channel, Window one, Window other) {
        double[] sum = new double[1];
        each(one, channel, (y, x, i) -> sum[0] += delta[i] * delta[i]);
        each(other, channel, (y, x, i) -> {
            if (!one.contains(other.top() + y, other.left() + x)) {
                sum[0] += delta[i] * delta[i];
            }
        });
        return sum[0];
    }
}
