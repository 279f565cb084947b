package io.faultline.rift.interpolation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.recipe.Split;
import io.faultline.report.Accuracy;
import io.faultline.report.InterpolationPoint;
import io.faultline.report.PairedDifference;
import java.util.List;
import org.junit.jupiter.api.Test;

class RobustnessBudgetTest {
    private static final RobustnessBudget TENTH = new RobustnessBudget(0.1, Split.HELD_OUT);

    @Test
    void theGreatestCleanAccuracyWithinTheToleranceWins() {
        // Given: of 1000 images, one is exactly 0.1 points
        List<InterpolationPoint> path =
                List.of(point(0, 800, 500), point(0.5, 810, 499), point(0.6, 820, 502), point(1, 830, 498));

        // When
        RobustnessBudget.Choice choice = TENTH.choose(path);

        // Then
        assertThat(choice.alpha()).isEqualTo(0.6);
        assertThat(choice.reason())
                .isEqualTo("Of 3 α within 0.1 points of the robust accuracy at α = 0, α = 0.6 has the greatest clean"
                        + " accuracy on the held-out split: clean 80.00 % → 82.00 %, +2.00 points (standard error 0.50);"
                        + " robust 50.00 % → 50.20 %, +0.20 points (standard error 0.20: within noise).");
    }

    @Test
    void aGainThatMayBeChanceIsCalledNoise() {
        // Given
        List<InterpolationPoint> path = List.of(
                point(0, 800, 500),
                new InterpolationPoint(
                        0.5,
                        new Accuracy(805, 1000),
                        new Accuracy(500, 1000),
                        new PairedDifference(0.5, 0.3),
                        new PairedDifference(0, 0)));

        // When
        String reason = TENTH.choose(path).reason();

        // Then
        assertThat(reason)
                .endsWith(
                        "clean 80.00 % → 80.50 %, +0.50 points (standard error 0.30: within noise); robust 50.00 %, on"
                                + " the same images as at α = 0. The clean gain is less than two standard errors: it is within"
                                + " noise.");
    }

    @Test
    void theSplitOfTheChoiceIsNamed() {
        assertThat(new RobustnessBudget(0.1, Split.TEST)
                        .choose(List.of(point(0, 800, 500), point(1, 990, 490)))
                        .reason())
                .contains("on the test split");
    }

    @Test
    void aPathOfOnePlaceEndsThere() {
        assertThat(TENTH.choose(List.of(point(0, 800, 500))).reason())
                .isEqualTo("The path has no α above 0, so the trained weights stay as they are.");
    }

    @Test
    void aFallOfExactlyTheToleranceIsAllowed() {
        assertThat(TENTH.choose(List.of(point(0, 800, 500), point(1, 801, 499))).alpha())
                .isEqualTo(1);
        assertThat(TENTH.choose(List.of(point(0, 800, 500), point(1, 801, 498))).alpha())
                .isZero();
    }

    @Test
    void ofEqualOnesTheSmallestAlphaWins() {
        assertThat(TENTH.choose(List.of(point(0, 800, 500), point(0.3, 805, 500), point(0.7, 805, 501)))
                        .alpha())
                .isEqualTo(0.3);
    }

    @Test
    void withoutARobustPointTheTrainedWeightsStay() {
        // Given, When
        RobustnessBudget.Choice choice = TENTH.choose(List.of(point(0, 800, 500), point(1, 990, 490)));

        // Then
        assertThat(choice.alpha()).isZero();
        assertThat(choice.reason())
                .isEqualTo("No α above 0 keeps the robust accuracy on the held-out split (50.00 %) to within 0.1"
                        + " points, so the trained weights stay as they are.");
    }

    @Test
    void withoutAGainTheTrainedWeightsStay() {
        // Given, When
        RobustnessBudget.Choice choice = TENTH.choose(List.of(point(0, 800, 500), point(1, 800, 510)));

        // Then
        assertThat(choice.alpha()).isZero();
        assertThat(choice.reason())
                .isEqualTo("1 of 1 α above 0 keep the robust accuracy to within 0.1 points, but none of them has more"
                        + " clean accuracy on the held-out split than α = 0 (80.00 %), so the trained weights stay as"
                        + " they are.");
    }

    @Test
    void aPathThatDoesNotBeginAtZeroIsRefused() {
        assertThatThrownBy(() -> TENTH.choose(List.of(point(0.5, 1, 1))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the path does not begin at α = 0");
    }

    private static InterpolationPoint point(double alpha, int clean, int robust) {
        return new InterpolationPoint(
                alpha,
                new Accuracy(clean, 1000),
                new Accuracy(robust, 1000),
                change(clean - 800),
                change(robust - 500));
    }

    /** One standard error is half a point or, of a few images, a fifth. */
    private static PairedDifference change(int images) {
        return new PairedDifference(images / 10.0, Math.abs(images) > 5 ? 0.5 : 0.2);
    }
}
