package io.faultline.vision.corruption;

/**
 * Clouds by the diamond-square algorithm (Fournier, Fussell and Carpenter, 1982) on a torus: each middle of four known points is
 * their mean and a random part, which is weaker on each finer grid.
 */
final class PlasmaFractal {
    private static final double FIRST_AMPLITUDE = 100;

    private final int side;
    private final double[] heights;
    private final Uniforms uniforms;
    private double amplitude = FIRST_AMPLITUDE;

    private PlasmaFractal(int side, Uniforms uniforms) {
        this.side = side;
        this.heights = new double[side * side];
        this.uniforms = uniforms;
    }

    /** @return 0 to 1; its side the next power of two that covers both lengths */
    static Plane covering(int height, int width, double smoothness, Uniforms uniforms) {
        int longest = Math.max(height, width);
        int side = Integer.highestOneBit(longest) == longest ? longest : 2 * Integer.highestOneBit(longest);
        PlasmaFractal plasma = new PlasmaFractal(side, uniforms);
        for (int step = side; step >= 2; step /= 2) {
            plasma.fillSquares(step);
            plasma.fillDiamonds(step);
            plasma.amplitude /= smoothness;
        }
        Plane clouds = new Plane(side, side, plasma.heights);
        double lowest = clouds.smallest();
        double range = clouds.largest() - lowest;
        return clouds.map(value -> (value - lowest) / range);
    }

    /** The middle of each square of corners. */
    private void fillSquares(int step) {
        int half = step / 2;
        for (int y = 0; y < side; y += step) {
            for (int x = 0; x < side; x += step) {
                put(y + half, x + half, at(y, x) + at(y + step, x) + at(y, x + step) + at(y + step, x + step));
            }
        }
    }

    /** The middle of each edge: all upper edges first, then all left ones. */
    private void fillDiamonds(int step) {
        int half = step / 2;
        for (int y = 0; y < side; y += step) {
            for (int x = 0; x < side; x += step) {
                put(y, x + half, at(y + half, x + half) + at(y - half, x + half) + at(y, x) + at(y, x + step));
            }
        }
        for (int y = 0; y < side; y += step) {
            for (int x = 0; x < side; x += step) {
                put(y + half, x, at(y + half, x + half) + at(y + half, x - half) + at(y, x) + at(y + step, x));
            }
        }
    }

    private double at(int y, int x) {
        return heights[Math.floorMod(y, side) * side + Math.floorMod(x, side)];
    }

    private void put(int y, int x, double sumOfFour) {
        heights[y * side + x] = sumOfFour / 4 + amplitude * uniforms.between(-amplitude, amplitude);
    }
}
