package io.faultline.poison.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FilterBankTest {
    private static final FilterBank BANK = new NumpySeededFilters(1).generate(4, 3, 0.3);

    @Test
    void theUniversalBankHasTheFirstFilterForEveryClass() {
        // When
        FilterBank universal = BANK.universal();

        // Then
        assertThat(universal.classes()).isEqualTo(4);
        for (int label = 0; label < 4; label++) {
            assertThat(universal.drawn(label)).isEqualTo(BANK.drawn(0));
        }
    }

    @Test
    void thePermutedBankHasTheNextClasssFilter() {
        // When
        FilterBank permuted = BANK.permuted();

        // Then
        assertThat(permuted.classes()).isEqualTo(4);
        for (int label = 0; label < 4; label++) {
            assertThat(permuted.drawn(label))
                    .isEqualTo(BANK.drawn((label + 1) % 4))
                    .isNotEqualTo(BANK.drawn(label));
        }
    }

    @Test
    void oneClassCannotBePermuted() {
        FilterBank single = new NumpySeededFilters(1).generate(1, 3, 0.3);
        assertThatThrownBy(single::permuted)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the bank has 1 class; expected at least 2, or there is no other filter to take");
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 1.5, Double.NaN, Double.POSITIVE_INFINITY})
    void anEntryOutsideZeroToOneIsRefusedWithoutTellingIt(double entry) {
        assertThatThrownBy(() -> new FilterBank(1, List.of(new double[] {entry})))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a filter has an entry outside 0 to 1; expected none");
    }
}
