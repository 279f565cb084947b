package io.faultline.rift.interpolation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class WeightInterpolationTest {
    private static final float[] TRAINED = {1, -2, 0.1f};
    private static final float[] FINE_TUNED = {3, 2, 0.7f};
    private final WeightInterpolation line = new WeightInterpolation(TRAINED, FINE_TUNED);

    @Test
    void bothEndsAreMetExactly() {
        assertThat(line.at(0)).isEqualTo(TRAINED);
        assertThat(line.at(1)).isEqualTo(FINE_TUNED);
    }

    @Test
    void aQuarterOfTheWayIsAQuarterOfTheWay() {
        assertThat(line.at(0.25)).containsExactly(1.5f, -1, 0.25f);
    }

    @Test
    void beyondTheEndsIsRefused() {
        assertThatThrownBy(() -> line.at(1.5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("α is 1.5; expected 0 to 1");
    }
}
