package io.faultline.rift.interpolation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.dataset.InvalidDatasetException;
import io.faultline.recipe.Split;
import io.faultline.report.Accuracy;
import io.faultline.rift.GoldenNetwork;
import org.junit.jupiter.api.Test;

class ChoosingSplitTest {
    private static final ChoosingSplit THOUSAND = new ChoosingSplit(Split.HELD_OUT, 1000, 100, 10);

    @Test
    void aSoundSplitAndNetworkNeedNoNote() {
        assertThat(THOUSAND.notes(0.1, new Accuracy(500, 1000))).isEmpty();
    }

    @Test
    void fewerImagesThanClassesAreRefused() {
        assertThatThrownBy(() -> new ChoosingSplit(Split.HELD_OUT, 9, 1, 10))
                .isInstanceOf(InvalidDatasetException.class)
                .hasMessage(
                        "the held-out split has 9 images of 10 classes; epoch and α are chosen on it, which needs at"
                                + " least one image for each class: raise training.validationFraction or give more images");
        assertThatThrownBy(() -> new ChoosingSplit(Split.TEST, 0, 0, 10))
                .isInstanceOf(InvalidDatasetException.class)
                .hasMessageStartingWith("the test split has 0 images of 10 classes")
                .hasMessageEndingWith("each class: give more images");
    }

    @Test
    void aToleranceFinerThanOneImageIsNoted() {
        assertThat(new ChoosingSplit(Split.HELD_OUT, 500, 50, 10).notes(0.1, new Accuracy(250, 500)))
                .containsExactly(
                        "One image of the held-out split is 0.20 points, more than the tolerance of 0.1: an α that"
                                + " loses a single robust image is refused.");
        assertThat(new ChoosingSplit(Split.HELD_OUT, 500, 50, 10).notes(0.2, new Accuracy(250, 500)))
                .isEmpty();
    }

    @Test
    void aNetworkThatIsNotRobustIsNoted() {
        // When, Then: by hand, √(0.1 · 0.9 / 1000) = 0.949 points, and 10 + 2 · 0.949 = 11.9
        assertThat(THOUSAND.notes(0.1, new Accuracy(118, 1000)))
                .containsExactly("RiFT's premise fails: the network to refine is not robust. Its robust accuracy on the"
                        + " held-out split is 11.80 % (118 of 1000), and one answer for all images reaches 10.00 %"
                        + " (standard error 0.95), so that there is no robustness to keep. Train adversarially first.");
        assertThat(THOUSAND.notes(0.1, new Accuracy(119, 1000))).isEmpty();
        assertThat(THOUSAND.notes(0.1, new Accuracy(0, 1000))).hasSize(1);
    }

    @Test
    void aFrequentClassRaisesWhatOneAnswerReaches() {
        assertThat(new ChoosingSplit(Split.HELD_OUT, 1000, 600, 10).notes(0.1, new Accuracy(500, 1000)))
                .hasSize(1);
    }

    @Test
    void aChoiceOnTheTestSplitIsNoted() {
        assertThat(new ChoosingSplit(Split.TEST, 1000, 100, 10).notes(0.1, new Accuracy(500, 1000)))
                .containsExactly(
                        "Epoch and α were chosen on the test split, as in the authors' script, so that the figures"
                                + " on it flatter the result.");
    }

    @Test
    void imagesAndTheLargestClassAreCounted() {
        assertThat(ChoosingSplit.of(Split.HELD_OUT, GoldenNetwork.cleanImages(), 4))
                .isEqualTo(new ChoosingSplit(Split.HELD_OUT, 48, 12, 4));
    }
}
