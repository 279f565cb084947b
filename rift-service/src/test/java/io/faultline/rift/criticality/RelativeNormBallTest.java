package io.faultline.rift.criticality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RelativeNormBallTest {
    private static final float[] CENTRE = {3, 0, 4, 0};

    @Test
    void aChangeTooLongIsShortenedToTheSphere() {
        // Given: ‖θ‖ = 5, radius 0.5; Δθ = (0, 3, 0, 4) of length 5
        RelativeNormBall ball = new RelativeNormBall(0.1);

        // When
        float[] projected = ball.project(new float[] {3, 3, 4, 4}, CENTRE);

        // Then
        assertThat(projected).containsExactly(3, 0.3f, 4, 0.4f);
    }

    @Test
    void weightsInsideStayTheVerySame() {
        // Given
        float[] inside = {3, 0.3f, 4, 0};

        // When, Then
        assertThat(new RelativeNormBall(0.1).project(inside, CENTRE)).isSameAs(inside);
    }

    @Test
    void everyProjectionLiesInTheBall() {
        // Given
        SplittableRandom random = new SplittableRandom(1);
        float[] centre = new float[100];
        float[] far = new float[100];
        for (int i = 0; i < centre.length; i++) {
            centre[i] = (float) random.nextDouble(-1, 1);
            far[i] = (float) random.nextDouble(-10, 10);
        }

        // When
        float[] projected = new RelativeNormBall(0.1).project(far, centre);

        // Then: float32 keeps the length to about 1e-7
        double change = 0;
        double length = 0;
        for (int i = 0; i < centre.length; i++) {
            change += Math.pow((double) projected[i] - centre[i], 2);
            length += Math.pow(centre[i], 2);
        }
        assertThat(Math.sqrt(change / length)).isBetween(0.1 - 1e-6, 0.1 + 1e-6);
    }

    @Test
    void aRadiusThatIsNotAboveZeroIsRefused() {
        assertThatThrownBy(() -> new RelativeNormBall(Double.NaN))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("radius is NaN; expected above 0");
    }
}
