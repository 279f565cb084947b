package io.faultline.poison.theory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.faultline.recipe.Seed;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class NormalDeviatesTest {
    private static final int COUNT = 200_000;

    /** Kolmogorov's distance; above 1.95/√n once in a thousand seeds, and this seed is fixed. */
    @Test
    void theyAreDistributedNormally() {
        // Given
        NormalDeviates deviates = new NormalDeviates(Seed.of(1));

        // When
        double[] sorted =
                DoubleStream.generate(deviates::next).limit(COUNT).sorted().toArray();

        // Then
        double distance = 0;
        for (int i = 0; i < COUNT; i++) {
            double below = StandardNormal.below(sorted[i]);
            distance = Math.max(distance, Math.max((i + 1.0) / COUNT - below, below - (double) i / COUNT));
        }
        assertThat(distance).isLessThan(1.95 / Math.sqrt(COUNT));
    }

    /** The two of a pair, and one pair and the next, know nothing of each other. */
    @Test
    void neighboursAreUncorrelated() {
        NormalDeviates deviates = new NormalDeviates(Seed.of(2));
        double[] drawn = DoubleStream.generate(deviates::next).limit(COUNT).toArray();
        for (int lag = 1; lag <= 3; lag++) {
            double sum = 0;
            for (int i = lag; i < COUNT; i++) {
                sum += drawn[i] * drawn[i - lag];
            }
            assertThat(sum / COUNT).as("lag %d", lag).isCloseTo(0, within(4 / Math.sqrt(COUNT)));
        }
    }

    @Test
    void coinsAreFairAndASeedsOwn() {
        // Given
        NormalDeviates deviates = new NormalDeviates(Seed.of(3));
        boolean[] heads = new boolean[COUNT];

        // When
        for (int i = 0; i < COUNT; i++) {
            heads[i] = deviates.coin();
        }

        // Then
        long count = 0;
        NormalDeviates again = new NormalDeviates(Seed.of(3));
        for (boolean head : heads) {
            assertThat(again.coin()).isEqualTo(head);
            count += head ? 1 : 0;
        }
        assertThat((double) count / COUNT).isCloseTo(0.5, within(2 / Math.sqrt(COUNT)));
    }
}
