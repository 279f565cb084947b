package io.faultline.rift.interpolation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.faultline.recipe.InterpolationRecipe;
import io.faultline.recipe.Split;
import io.faultline.report.Accuracy;
import io.faultline.report.InterpolationPoint;
import io.faultline.report.PairedDifference;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

class AlphaSearchTest {
    private static final int IMAGES = 100_000;
    private static final DoubleUnaryOperator STEADY = alpha -> 50;

    private final List<Double> measured = new ArrayList<>();

    @Test
    void theGridIsMadeFinerAroundTheBestAlpha() {
        // Given: clean accuracy is greatest at 0.73
        DoubleUnaryOperator clean = alpha -> 80 - 10 * (alpha - 0.73) * (alpha - 0.73);

        // When
        AlphaSearch.Found found = search(new InterpolationRecipe(null, 2, 0.1, null), clean, STEADY);

        // Then: by hand, 0.7 is best of the grid, 0.75 of the next, and 0.725 of the last
        assertThat(measured)
                .containsExactly(0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 0.65, 0.75, 0.725, 0.775);
        assertThat(found.path())
                .extracting(InterpolationPoint::alpha)
                .containsExactly(0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.65, 0.7, 0.725, 0.75, 0.775, 0.8, 0.9, 1.0);
        assertThat(found.choice().alpha()).isEqualTo(0.725);
        assertThat(found.choice().reason())
                .startsWith(
                        "Of 15 α within 0.1 points of the robust accuracy at α = 0, α = 0.725 has the greatest clean"
                                + " accuracy on the held-out split: clean 74.67 % → 80.00 %, +5.33 points");
    }

    @Test
    void theBudgetBoundsTheSearch() {
        // When: robust accuracy is kept up to 0.32, and clean accuracy grows all along
        AlphaSearch.Found found = search(
                new InterpolationRecipe(null, 10, 0.1, null),
                alpha -> 80 + 5 * alpha,
                alpha -> alpha <= 0.32 ? 50 : 40);

        // Then: ten halvings of 0.1
        assertThat(found.choice().alpha()).isLessThanOrEqualTo(0.32).isCloseTo(0.32, within(1e-3));
        assertThat(measured).doesNotHaveDuplicates();
    }

    @Test
    void whereTheTrainedWeightsAreBestItLooksNearThem() {
        // When: only below 0.03 is robust accuracy kept
        AlphaSearch.Found found = search(
                new InterpolationRecipe(List.of(0.0, 0.1, 1.0), 2, 0.1, null),
                alpha -> 80 + alpha,
                alpha -> alpha < 0.03 ? 50 : 40);

        // Then
        assertThat(measured).containsExactly(0.0, 0.1, 1.0, 0.05, 0.025);
        assertThat(found.choice().alpha()).isEqualTo(0.025);
    }

    @Test
    void atTheEndThereIsOneNeighbour() {
        // When
        AlphaSearch.Found found =
                search(new InterpolationRecipe(List.of(0.0, 0.5, 1.0), 1, 0.1, null), alpha -> 80 + alpha, STEADY);

        // Then
        assertThat(measured).containsExactly(0.0, 0.5, 1.0, 0.75);
        assertThat(found.choice().alpha()).isEqualTo(1);
    }

    @Test
    void middlesAreRoundedToMillionths() {
        // When
        search(
                new InterpolationRecipe(List.of(0.0, 0.1, 0.2), 1, 0.1, null),
                alpha -> 80 - Math.abs(alpha - 0.1),
                STEADY);

        // Then: (0.1 + 0.2) / 2 is 0.15000000000000002
        assertThat(measured).containsExactly(0.0, 0.1, 0.2, 0.05, 0.15);
    }

    @Test
    void aGridOfOnePlaceHasNoMiddles() {
        // When
        AlphaSearch.Found found =
                search(new InterpolationRecipe(List.of(0.0), 3, 0.1, null), alpha -> 80 + alpha, STEADY);

        // Then
        assertThat(measured).containsExactly(0.0);
        assertThat(found.choice().alpha()).isZero();
    }

    @Test
    void aGivenAlphaIsTakenWithoutChoice() {
        // When: it loses much robust accuracy
        AlphaSearch.Found found =
                search(new InterpolationRecipe(null, null, null, 1.0), alpha -> 80 + alpha, alpha -> 50 - alpha);

        // Then
        assertThat(measured).containsExactly(0.0, 1.0);
        assertThat(found.path()).extracting(InterpolationPoint::alpha).containsExactly(0.0, 1.0);
        assertThat(found.choice())
                .isEqualTo(new RobustnessBudget.Choice(
                        1,
                        "α = 1.0 is taken as the recipe says, without choice: clean 80.00 % → 81.00 %, +1.00 points"
                                + " (standard error 0.40); robust 50.00 % → 49.00 %, -1.00 points (standard error"
                                + " 0.40)."));
    }

    @Test
    void alphaZeroIsMeasuredOnce() {
        // When
        AlphaSearch.Found found = search(new InterpolationRecipe(null, null, null, 0.0), alpha -> 80 + alpha, STEADY);

        // Then
        assertThat(measured).containsExactly(0.0);
        assertThat(found.choice().reason()).isEqualTo("α = 0 is taken as the recipe says: the trained weights stay.");
    }

    private AlphaSearch.Found search(
            InterpolationRecipe recipe, DoubleUnaryOperator clean, DoubleUnaryOperator robust) {
        return new AlphaSearch(recipe, Split.HELD_OUT).search(alpha -> {
            measured.add(alpha);
            return new InterpolationPoint(
                    alpha,
                    accuracy(clean.applyAsDouble(alpha)),
                    accuracy(robust.applyAsDouble(alpha)),
                    new PairedDifference(clean.applyAsDouble(alpha) - clean.applyAsDouble(0), 0.4),
                    new PairedDifference(robust.applyAsDouble(alpha) - robust.applyAsDouble(0), 0.4));
        });
    }

    private static Accuracy accuracy(double percent) {
        return new Accuracy(Math.round(percent / 100 * IMAGES), IMAGES);
    }
}
