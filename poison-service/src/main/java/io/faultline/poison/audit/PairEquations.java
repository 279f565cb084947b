package io.faultline.poison.audit;

/**
 * The linear equations that one pair gives on its class's filter s: for each pixel, y = β Σ_j s_j x_j + noise, where x_j is
 * the original under tap j (zero outside the image), y the published level and β = 255 / max(x ∗ s) the pair's unknown scale.
 * Kept as sums over all pixels and planes, whose number does not grow with the image.
 */
final class PairEquations {
    private final int taps;
    /** Σ x_j x_k: taps × taps, row by row. */
    private final double[] gram;
    /** Σ x_j y. */
    private final double[] products;
    /** Σ x_j. */
    private final double[] sums;

    private double squares;
    private double published;
    private long equations;

    private PairEquations(int kernelSize) {
        this.taps = kernelSize * kernelSize;
        this.gram = new double[taps * taps];
        this.products = new double[taps];
        this.sums = new double[taps];
    }

    static PairEquations of(Planes planes, int kernelSize) {
        PairEquations equations = new PairEquations(kernelSize);
        for (int plane = 0; plane < planes.original().size(); plane++) {
            equations.add(planes, plane, kernelSize);
        }
        equations.mirror();
        return equations;
    }

    int taps() {
        return taps;
    }

    long equations() {
        return equations;
    }

    double gram(int row, int column) {
        return gram[row * taps + column];
    }

    /** G s. */
    double[] gram(double[] filter) {
        double[] result = new double[taps];
        for (int row = 0; row < taps; row++) {
            for (int column = 0; column < taps; column++) {
                result[row] += gram(row, column) * filter[column];
            }
        }
        return result;
    }

    /** Σ x_j (y + offset). */
    double product(int tap, double offset) {
        return products[tap] + offset * sums[tap];
    }

    /** Σ (y + offset)². */
    double squares(double offset) {
        return squares + 2 * offset * published + offset * offset * equations;
    }

    private void add(Planes planes, int plane, int kernelSize) {
        int height = planes.height();
        int width = planes.width();
        double[] original = planes.original().get(plane);
        double[] levels = planes.published().get(plane);
        double[] under = new double[taps];
        int half = kernelSize / 2;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                for (int tap = 0; tap < taps; tap++) {
                    int row = y + tap / kernelSize - half;
                    int column = x + tap % kernelSize - half;
                    boolean inside = row >= 0 && row < height && column >= 0 && column < width;
                    under[tap] = inside ? original[row * width + column] : 0;
                }
                add(under, levels[y * width + x]);
            }
        }
    }

    private void add(double[] under, double level) {
        for (int row = 0; row < taps; row++) {
            double value = under[row];
            for (int column = 0; column <= row; column++) {
                gram[row * taps + column] += value * under[column];
            }
            products[row] += value * level;
            sums[row] += value;
        }
        squares += level * level;
        published += level;
        equations++;
    }

    /** Fills the upper triangle. */
    private void mirror() {
        for (int row = 0; row < taps; row++) {
            for (int column = row + 1; column < taps; column++) {
                gram[row * taps + column] = gram[column * taps + row];
            }
        }
    }
}
