package io.faultline.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class PairedDifferenceTest {
    @Test
    void isTheDifferenceWithTheErrorOfPairs() {
        // of 100 images 3 are lost and 7 gained: mean 0.04, mean square 0.10, variance 0.0984, error √(0.0984 / 100)
        PairedDifference difference = PairedDifference.of(3, 7, 100);

        assertThat(difference.points()).isCloseTo(4, within(1e-12));
        assertThat(difference.standardError()).isCloseTo(3.1368774282716245, within(1e-12));
    }

    @Test
    void answersThatAreTheSameHaveNoError() {
        assertThat(PairedDifference.of(0, 0, 10)).isEqualTo(new PairedDifference(0, 0));
    }

    @Test
    void sharesOfImagesAreReadAsCountsAre() {
        double[] differences = {1, 1, -1, 0, 0, 0, 0, 0};

        PairedDifference byImage = PairedDifference.ofImages(differences);

        PairedDifference byCount = PairedDifference.of(1, 2, 8);
        assertThat(byImage.points()).isCloseTo(byCount.points(), within(1e-12));
        assertThat(byImage.standardError()).isCloseTo(byCount.standardError(), within(1e-12));
    }

    @Test
    void anImageThatIsWrongUnderHalfOfItsCorruptionsCountsHalf() {
        PairedDifference difference = PairedDifference.ofImages(new double[] {0.5, 0.5});

        assertThat(difference.points()).isCloseTo(50, within(1e-12));
        assertThat(difference.standardError()).isCloseTo(0, within(1e-9));
    }
}
