package io.faultline.rift.criticality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.recipe.ModulePath;
import io.faultline.report.ModuleCriticality;
import java.util.List;
import org.junit.jupiter.api.Test;

class CriticalityRankingTest {
    @Test
    void theLeastCriticalComesFirstAndEqualOnesKeepTheirOrder() {
        // Given, When
        CriticalityRanking ranking = new CriticalityRanking(
                List.of(module("conv1", 2.5), module("b", 0.25), module("a", 0.25), module("linear", 0.5)), 100, 0.1);

        // Then
        assertThat(ranking.ascending())
                .extracting(criticality -> criticality.module().name())
                .containsExactly("b", "a", "linear", "conv1");
        assertThat(ranking.reason())
                .isEqualTo("b has the lowest robust criticality of 4 modules: moving its weights by at most 10.00 % of"
                        + " their norm raises the mean loss on 100 fixed adversarial examples by 0.2500 at most, and"
                        + " costs 1.50 points of accuracy on them; next is a with 0.2500, highest conv1 with 2.500.");
    }

    @Test
    void noModuleIsRefused() {
        assertThatThrownBy(() -> new CriticalityRanking(List.of(), 1, 0.1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no module to rank; expected at least one");
    }

    private static ModuleCriticality module(String name, double mrc) {
        return new ModuleCriticality(new ModulePath(name), 9, mrc, 1.5, List.of(1.0, 1 + mrc));
    }
}
