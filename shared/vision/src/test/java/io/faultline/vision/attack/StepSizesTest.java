package io.faultline.vision.attack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StepSizesTest {
    private static final double RADIUS = 0.5;

    @Test
    void checkpointsOfAHundredStepsAreThePapers() {
        // Given: Croce and Hein, Sec. 4: p = 0, 0.22, 0.41, 0.57, 0.70, 0.80, 0.87, 0.93, 0.99
        StepSizes sizes = new StepSizes(RADIUS, 100, new float[] {1});
        List<Integer> checkpoints = new ArrayList<>();
        // When: the loss never rises, so that every checkpoint halves
        for (int step = 1; step <= 100; step++) {
            sizes.record(new float[] {0});
            if (sizes.halve()[0]) {
                checkpoints.add(step);
            }
        }
        // Then
        assertThat(checkpoints).containsExactly(22, 41, 57, 70, 80, 87, 93, 99);
        assertThat(sizes.sizes()).containsExactly((float) (2 * RADIUS / 256));
    }

    @Test
    void theStepOfARisingLossStays() {
        // Given
        StepSizes sizes = new StepSizes(RADIUS, 20, new float[] {0});
        // When
        for (int step = 1; step <= 20; step++) {
            sizes.record(new float[] {step});
            sizes.halve();
        }
        // Then
        assertThat(sizes.sizes()).containsExactly(1f);
        assertThat(sizes.best()).containsExactly(20f);
    }

    @Test
    void threeRisesOfFourAreTooFew() {
        // Given: 20 steps, so that the first checkpoint comes after 4 of them
        StepSizes sizes = new StepSizes(RADIUS, 20, new float[] {1, 1});
        // When: the first image's loss rises three times, the second's four times
        boolean[] improved = sizes.record(new float[] {2, 2});
        sizes.record(new float[] {3, 3});
        sizes.record(new float[] {2, 4});
        sizes.record(new float[] {4, 5});
        // Then
        assertThat(improved).containsExactly(true, true);
        assertThat(sizes.halve()).containsExactly(true, false);
        assertThat(sizes.sizes()).containsExactly(0.5f, 1f);
    }

    @Test
    void aStepThatWasNotHalvedIsOnceTheBestHasStoppedRising() {
        // Given: checkpoints after 4, 7, 9, 10, 11 … of 20 steps; the first one lets the step be, at a best of 10
        StepSizes sizes = new StepSizes(RADIUS, 20, new float[] {1});
        List<Float> losses = List.of(2f, 3f, 4f, 10f, 5f, 6f, 7f, 8f, 9f, 9.5f, 9.7f);
        List<Integer> halved = new ArrayList<>();
        // When: the loss falls once and then rises in every step, though never above the best
        for (int step = 1; step <= losses.size(); step++) {
            sizes.record(new float[] {losses.get(step - 1)});
            if (sizes.halve()[0]) {
                halved.add(step);
            }
        }
        // Then: at 7 for two rises of three, at 9 not, since the step had just been halved, at 10 for the best, at 11
        // again not
        assertThat(halved).containsExactly(7, 10);
    }

    @Test
    void forgetsTheImagesThatLeave() {
        // Given
        StepSizes sizes = new StepSizes(RADIUS, 20, new float[] {1, 2, 3});
        sizes.record(new float[] {4, 1, 5});
        // When
        sizes.keep(new int[] {1, 2});
        // Then
        assertThat(sizes.best()).containsExactly(2f, 5f);
        assertThat(sizes.record(new float[] {2.5f, 4})).containsExactly(true, false);
    }
}
