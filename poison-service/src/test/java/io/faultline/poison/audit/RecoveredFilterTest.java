package io.faultline.poison.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RecoveredFilterTest {
    private static final double EXACT = 1e-8;
    private static final double[] FILTER = {0.11, 0.02, 0.28, 0.05, 0.19, 1, 0.07, 0.23, 0.16};

    @Test
    void withoutNoiseFilterAndScalesAreExact() {
        // Given: two pairs of differing scale
        List<PairEquations> pairs = List.of(
                PairEquations.of(pair(1, level -> 0.4 * level), 3), PairEquations.of(pair(2, level -> 0.7 * level), 3));

        // When
        RecoveredFilter recovered = RecoveredFilter.from(pairs);

        // Then
        assertThat(recovered.entries()).containsExactly(FILTER, within(EXACT));
        assertThat(recovered.scales()).containsExactly(new double[] {0.4, 0.7}, within(EXACT));
        assertThat(recovered.offset()).isZero();
    }

    @Test
    void levelsThatWereCutOffAreToldFromRoundedOnes() {
        // Given
        List<PairEquations> cut = List.of(PairEquations.of(pair(1, level -> Math.floor(0.4 * level)), 3));
        List<PairEquations> rounded = List.of(PairEquations.of(pair(1, level -> Math.rint(0.4 * level)), 3));

        // Then
        assertThat(RecoveredFilter.from(cut).offset()).isEqualTo(0.5);
        assertThat(RecoveredFilter.from(rounded).offset()).isZero();
        assertThat(RecoveredFilter.from(cut).entries()).containsExactly(FILTER, within(0.01));
    }

    /** A filter of size 1 is 1, whatever its pairs say. */
    @Test
    void aFilterOfOneEntryIsKnown() {
        // Given
        double[] plane = {10, 20, 30, 40};
        double[] published = {5, 10, 15, 20};

        // When
        RecoveredFilter recovered = RecoveredFilter.from(
                List.of(PairEquations.of(new Planes(2, 2, List.of(plane), List.of(published)), 1)));

        // Then
        assertThat(recovered.entries()).containsExactly(1);
        assertThat(recovered.scales()).containsExactly(new double[] {0.5}, within(EXACT));
    }

    /** One bright pixel in the middle shows all entries; one in the corner only those that look its way. */
    @Test
    void whatThePairsDoNotTellIsZero() {
        // Given
        double[] plane = new double[16];
        plane[0] = 100;
        double[] published = new Deconvolution(FILTER, 1).convolve(plane, 4, 4, 1);

        // When
        RecoveredFilter recovered = RecoveredFilter.from(
                List.of(PairEquations.of(new Planes(4, 4, List.of(plane), List.of(published)), 3)));

        // Then: the corner is under taps 4, 3, 1 and 0 of its neighbours, of which the largest becomes 1
        assertThat(recovered.entries())
                .containsExactly(new double[] {0.11 / 0.19, 0.02 / 0.19, 0, 0.05 / 0.19, 1, 0, 0, 0, 0}, within(EXACT));
    }

    @Test
    void noEntryIsPrinted() {
        assertThat(RecoveredFilter.from(List.of(PairEquations.of(pair(1, level -> level), 3))))
                .hasToString("RecoveredFilter[9 entries from 1 pairs]");
    }

    /** A noise image of three planes and what FILTER makes of it. */
    private static Planes pair(long seed, DoubleUnaryOperator publish) {
        SplittableRandom random = new SplittableRandom(seed);
        Deconvolution convolution = new Deconvolution(FILTER, 1);
        List<double[]> original = IntStream.range(0, 3)
                .mapToObj(plane -> random.ints(20 * 24, 0, 256).asDoubleStream().toArray())
                .toList();
        List<double[]> published = original.stream()
                .map(plane -> Arrays.stream(convolution.convolve(plane, 20, 24, 1))
                        .map(publish)
                        .toArray())
                .toList();
        return new Planes(20, 24, original, published);
    }
}
