package io.faultline.poison.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DeconvolutionTest {
    private static final double ROUNDING = 1e-9;
    /** The 1 above the centre, a half to the right of it. */
    private static final double[] FILTER = {0, 1, 0, 0, 0, 0.5, 0, 0, 0};

    @Test
    void convolvesAsTheProtectionDoes() {
        // Given
        double[] plane = {10, 20, 30, 40, 50, 60, 70, 80, 90};

        // When
        double[] seen = new Deconvolution(FILTER, 1).convolve(plane, 3, 3, 1);

        // Then
        assertThat(seen).containsExactly(10, 15, 0, 35, 50, 30, 80, 95, 60);
    }

    @Test
    void theWayBackIsTheAdjoint() {
        // Given: ⟨A z, w⟩ = ⟨z, Aᵀ w⟩
        SplittableRandom random = new SplittableRandom(4);
        double[] filter = random.doubles(25).toArray();
        double[] z = random.doubles(7 * 9).toArray();
        double[] w = random.doubles(7 * 9).toArray();
        Deconvolution deconvolution = new Deconvolution(filter, 1);

        // When
        double there = dot(deconvolution.convolve(z, 7, 9, 1), w);
        double back = dot(z, deconvolution.convolve(w, 7, 9, -1));

        // Then
        assertThat(there).isCloseTo(back, within(ROUNDING));
    }

    @Test
    void aFilterOfOneEntryLeavesSmoothPlanesAlmostWhatTheyAre() {
        // Given: so rough a prior that rounding noise is all it takes off
        double[] plane = IntStream.range(0, 64).mapToDouble(i -> 100 + i).toArray();

        // When
        double[] restored = new Deconvolution(new double[] {1}, 1e6).restore(plane, 8, 8);

        // Then
        for (int i = 0; i < 64; i++) {
            assertThat(restored[i]).isCloseTo(plane[i], within(1e-3));
        }
    }

    @Test
    void whatWasConvolvedComesBackInTheMiddle() {
        // Given: without noise; at the border the filter looks away from some pixels
        double[] filter = {0.1, 0.2, 0.05, 0.25, 1, 0.15, 0.02, 0.3, 0.1};
        SplittableRandom random = new SplittableRandom(8);
        double[] plane = random.doubles(256, 0, 255).toArray();
        Deconvolution deconvolution = new Deconvolution(filter, 1e4);

        // When
        double[] restored = deconvolution.restore(deconvolution.convolve(plane, 16, 16, 1), 16, 16);

        // Then
        for (int y = 4; y < 12; y++) {
            for (int x = 4; x < 12; x++) {
                assertThat(restored[16 * y + x]).isCloseTo(plane[16 * y + x], within(0.5));
            }
        }
    }

    private static double dot(double[] one, double[] other) {
        return IntStream.range(0, one.length)
                .mapToDouble(i -> one[i] * other[i])
                .sum();
    }
}
