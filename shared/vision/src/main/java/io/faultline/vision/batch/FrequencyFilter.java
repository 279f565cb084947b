package io.faultline.vision.batch;

import io.faultline.recipe.Seed;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps the lowest frequencies of an image (Kim and Sandoval-Segura, arXiv 2411.01742; "FF"): of the two-dimensional DCT-II of each
 * channel, over the whole image, the first rows and columns stay and the others become zero; back in pixels, the result is
 * clipped to [0, 1]. It draws nothing; test images stay as they are, as in the authors' script.
 *
 * <p>Thread-safe: the cosines of a size are computed once and not changed.
 */
final class FrequencyFilter implements ImageTransform {
    private static final int WHOLE = 100;
    private final int percent;
    private final Map<Integer, float[]> bases = new ConcurrentHashMap<>();

    /**
     * @param percent of the rows and of the columns that stay, 1 to 100; 30 in the authors' code. Fractions are cut off, but one row
     *     and one column always stay.
     */
    FrequencyFilter(int percent) {
        if (percent < 1 || percent > WHOLE) {
            throw new IllegalArgumentException(
                    "percent is " + percent + "; expected a whole number from 1 to " + WHOLE);
        }
        this.percent = percent;
    }

    @Override
    public void apply(Pixels pixels, Seed image) {
        apply(pixels);
    }

    /** X̂ = Bᵀ (B X Aᵀ) A with the kept cosines of the height in B's rows and of the width in A's. */
    void apply(Pixels pixels) {
        int height = pixels.height();
        int width = pixels.width();
        int stride = width * Pixels.CHANNELS;
        float[] down = basis(height);
        float[] across = basis(width);
        int rows = kept(height);
        int columns = kept(width);
        float[] values = pixels.values();
        float[] byRow = pixels.scratch(rows * stride);
        multiply(down, rows, height, values, stride, byRow, false);
        float[] spectrum = pixels.spare();
        for (int k = 0; k < rows; k++) {
            project(byRow, k * stride, across, columns, width, spectrum, k * columns * Pixels.CHANNELS);
            restore(spectrum, k * columns * Pixels.CHANNELS, across, columns, width, byRow, k * stride);
        }
        multiply(down, height, rows, byRow, stride, values, true);
        for (int i = 0; i < pixels.size(); i++) {
            values[i] = Pixels.clip(values[i]);
        }
    }

    @Override
    public String toString() {
        return "FrequencyFilter[percent=" + percent + "]";
    }

    private int kept(int size) {
        return Math.max(1, size * percent / WHOLE);
    }

    /** Orthonormal: row k holds sqrt(2/n) cos((2i + 1) k π / 2n), the first row sqrt(1/n). */
    private float[] basis(int size) {
        return bases.computeIfAbsent(size, n -> {
            float[] basis = new float[kept(n) * n];
            for (int k = 0; k < kept(n); k++) {
                double scale = Math.sqrt((k == 0 ? 1.0 : 2.0) / n);
                for (int i = 0; i < n; i++) {
                    basis[k * n + i] = (float) (scale * StrictMath.cos((2 * i + 1) * k * Math.PI / (2 * n)));
                }
            }
            return basis;
        });
    }

    /** out(r, ·) = Σ_s m(r, s) in(s, ·), or with m(s, r) if transposed. */
    private static void multiply(
            float[] matrix, int rows, int sums, float[] in, int stride, float[] out, boolean transposed) {
        Arrays.fill(out, 0, rows * stride, 0f);
        for (int r = 0; r < rows; r++) {
            for (int s = 0; s < sums; s++) {
                float weight = transposed ? matrix[s * rows + r] : matrix[r * sums + s];
                int source = s * stride;
                int target = r * stride;
                for (int i = 0; i < stride; i++) {
                    out[target + i] += weight * in[source + i];
                }
            }
        }
    }

    /** The kept coefficients of one row of pixels. */
    private static void project(float[] in, int from, float[] basis, int columns, int width, float[] out, int to) {
        for (int k = 0; k < columns; k++) {
            float red = 0;
            float green = 0;
            float blue = 0;
            for (int x = 0; x < width; x++) {
                float weight = basis[k * width + x];
                int pixel = from + x * Pixels.CHANNELS;
                red += weight * in[pixel];
                green += weight * in[pixel + 1];
                blue += weight * in[pixel + 2];
            }
            int coefficient = to + k * Pixels.CHANNELS;
            out[coefficient] = red;
            out[coefficient + 1] = green;
            out[coefficient + 2] = blue;
        }
    }

    /** One row of pixels from its kept coefficients. */
    private static void restore(float[] in, int from, float[] basis, int columns, int width, float[] out, int to) {
        Arrays.fill(out, to, to + width * Pixels.CHANNELS, 0f);
        for (int k = 0; k < columns; k++) {
            int coefficient = from + k * Pixels.CHANNELS;
            for (int x = 0; x < width; x++) {
                float weight = basis[k * width + x];
                int pixel = to + x * Pixels.CHANNELS;
                out[pixel] += weight * in[coefficient];
                out[pixel + 1] += weight * in[coefficient + 1];
                out[pixel + 2] += weight * in[coefficient + 2];
            }
        }
    }
}
