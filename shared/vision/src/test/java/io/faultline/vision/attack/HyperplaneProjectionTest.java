package io.faultline.vision.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.faultline.recipe.Seed;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HyperplaneProjectionTest {
    @Test
    void goesAlongTheNormalInL2() {
        // Given: 3 x + 4 y = 1.5 seen from (0.5, 0.5), 0.4 away
        float[] x = {0.5f, 0.5f};
        // When
        double[] way = HyperplaneProjection.from(x, new float[] {3, 4}, 2, PixelNorm.L2);
        // Then
        assertThat(way).containsExactly(new double[] {-0.24, -0.32}, within(1e-12));
    }

    @Test
    void movesAllPixelsAlikeInLinf() {
        // When
        double[] way =
                HyperplaneProjection.from(new float[] {0.5f, 0.5f, 0.5f}, new float[] {3, -1, 0}, 0.8, PixelNorm.LINF);
        // Then: 0.8 = 3 · 0.2 + 1 · 0.2
        assertThat(way).containsExactly(new double[] {-0.2, 0.2, 0}, within(1e-12));
    }

    @Test
    void onePixelGoesOnWhereAnotherHasNoRoom() {
        // When: the first may go down by 0.1 only
        double[] linf =
                HyperplaneProjection.from(new float[] {0.125f, 0.5f}, new float[] {1, 1}, 0.375, PixelNorm.LINF);
        double[] l2 = HyperplaneProjection.from(new float[] {0.125f, 0.5f}, new float[] {1, 1}, 0.375, PixelNorm.L2);
        // Then
        assertThat(linf).containsExactly(new double[] {-0.125, -0.25}, within(1e-12));
        assertThat(l2).containsExactly(new double[] {-0.125, -0.25}, within(1e-12));
    }

    @Test
    void goesIntoTheCornerWhereTheHyperplaneIsOutOfReach() {
        assertThat(HyperplaneProjection.from(new float[] {0.25f, 0.75f}, new float[] {1, -2}, 9, PixelNorm.L2))
                .containsExactly(-0.25, 0.25);
        assertThat(HyperplaneProjection.from(new float[] {0.25f, 0.75f}, new float[] {1, -2}, -9, PixelNorm.LINF))
                .containsExactly(0.75, -0.75);
    }

    @ParameterizedTest
    @EnumSource(PixelNorm.class)
    void staysWhereThereIsNoSlope(PixelNorm norm) {
        assertThat(norm.length(HyperplaneProjection.from(new float[] {0.25f, 0.75f}, new float[2], 1, norm)))
                .isZero();
    }

    @ParameterizedTest
    @EnumSource(PixelNorm.class)
    void endsOnTheHyperplaneInTheBoxAndNothingShorterDoes(PixelNorm norm) {
        SplittableRandom random = Seed.of(3).generator();
        for (int trial = 0; trial < 50; trial++) {
            // Given
            float[] x = new float[40];
            float[] w = new float[40];
            double reach = 0;
            for (int i = 0; i < x.length; i++) {
                x[i] = (float) random.nextDouble();
                w[i] = (float) (random.nextDouble() - 0.5);
                reach += w[i] > 0 ? w[i] * (double) x[i] : w[i] * (x[i] - 1.0);
            }
            double offset = reach * random.nextDouble();
            // When
            double[] way = HyperplaneProjection.from(x, w, offset, norm);
            // Then: on the hyperplane and in the box
            double moved = 0;
            for (int i = 0; i < x.length; i++) {
                moved += w[i] * way[i];
                assertThat(x[i] + way[i]).isBetween(-1e-12, 1 + 1e-12);
            }
            assertThat(moved).isCloseTo(-offset, within(1e-9));
            // Then: any other point of the hyperplane in the box is further; by convexity a small exchange of two
            // pixels tells
            for (int i = 0; i < x.length; i++) {
                int j = (i + 1 + random.nextInt(x.length - 1)) % x.length;
                double[] other = way.clone();
                double step = 1e-4 * (random.nextBoolean() ? 1 : -1);
                other[i] += step / w[i];
                other[j] -= step / w[j];
                boolean inside =
                        x[i] + other[i] >= 0 && x[i] + other[i] <= 1 && x[j] + other[j] >= 0 && x[j] + other[j] <= 1;
                if (inside) {
                    assertThat(norm.length(other)).isGreaterThanOrEqualTo(norm.length(way) - 1e-12);
                }
            }
        }
    }
}
