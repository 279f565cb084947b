package io.faultline.vision.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.faultline.json.FaultlineJson;
import io.faultline.recipe.ScheduleRecipe;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Against golden.py's and losses_golden.py's schedules, PyTorch 2.13.0. */
class LearningRateScheduleTest {
    // PyTorch computes the rates from one another, and so gathers rounding that the closed form has not
    private static final double TOLERANCE = 1e-12;

    @Test
    void cosineEqualsPyTorchs() throws IOException {
        // When
        LearningRateSchedule schedule = LearningRateSchedule.of(new ScheduleRecipe.Cosine(), 0.1, 4, 3);
        // Then
        List<Double> expected = golden("scalars", "cosine12");
        assertThat(expected).hasSize(12);
        for (int step = 0; step < 12; step++) {
            assertThat(schedule.rate(step)).isCloseTo(expected.get(step), within(TOLERANCE));
        }
    }

    @Test
    void milestonesFallAtTheStartOfTheirEpochAsPyTorchs() throws IOException {
        // When
        LearningRateSchedule schedule = LearningRateSchedule.of(new ScheduleRecipe.Step(List.of(3, 5), 0.1), 0.1, 8, 7);
        // Then
        List<Double> expected = golden("scalars", "milestones3and5of8");
        assertThat(expected).hasSize(8);
        for (int step = 0; step < 8 * 7; step++) {
            assertThat(schedule.rate(step)).isCloseTo(expected.get(step / 7), within(TOLERANCE));
        }
    }

    @Test
    void oneCycleEqualsPyTorchs() throws IOException {
        // When
        LearningRateSchedule usual = LearningRateSchedule.oneCycle(0.1, 20, 0.3, 25, 1e4);
        LearningRateSchedule other = LearningRateSchedule.oneCycle(0.4, 13, 0.45, 10, 7);
        // Then
        assertSame(usual, golden("schedules", "oneCycle20"), 20);
        assertSame(other, golden("schedules", "oneCycle13"), 13);
    }

    @Test
    void warmUpClimbsStraightAndHandsOverToTheCosine() {
        // When
        LearningRateSchedule schedule = LearningRateSchedule.warmedCosine(0.8, 4, 12);
        // Then: 1/4, 2/4, 3/4 and 4/4 of the peak, and then half a cosine over eight steps
        assertThat(schedule.rate(0)).isCloseTo(0.2, within(TOLERANCE));
        assertThat(schedule.rate(2)).isCloseTo(0.6, within(TOLERANCE));
        assertThat(schedule.rate(3)).isCloseTo(0.8, within(TOLERANCE));
        assertThat(schedule.rate(4)).isCloseTo(0.8, within(TOLERANCE));
        assertThat(schedule.rate(8)).isCloseTo(0.4, within(TOLERANCE));
        assertThat(schedule.rate(11)).isCloseTo(0.4 * (1 + Math.cos(Math.PI * 7 / 8)), within(TOLERANCE));
    }

    @Test
    void withoutAWarmUpItIsTheCosine() {
        // When
        LearningRateSchedule warmed = LearningRateSchedule.warmedCosine(0.1, 0, 9);
        LearningRateSchedule cosine = LearningRateSchedule.cosine(0.1, 9);
        // Then
        for (int step = 0; step < 9; step++) {
            assertThat(warmed.rate(step)).isEqualTo(cosine.rate(step));
        }
    }

    @Test
    void aConstantRateStays() {
        assertThat(LearningRateSchedule.constant(0.3).rate(1_000_000)).isEqualTo(0.3);
    }

    @Test
    void refusesAWarmUpThatLeavesNoStep() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LearningRateSchedule.warmedCosine(0.1, 12, 12))
                .withMessage("the warm-up takes 12 of 12 steps; allowed: 0 to 11");
    }

    private static void assertSame(LearningRateSchedule schedule, List<Double> expected, int steps) {
        assertThat(expected).hasSize(steps);
        for (int step = 0; step < steps; step++) {
            assertThat(schedule.rate(step)).as("step %d", step).isCloseTo(expected.get(step), within(TOLERANCE));
        }
    }

    private static List<Double> golden(String file, String name) throws IOException {
        try (InputStream in = LearningRateScheduleTest.class.getResourceAsStream("/golden/" + file + ".json")) {
            List<?> values =
                    (List<?>) FaultlineJson.read(in.readAllBytes(), Map.class).get(name);
            return values.stream().map(value -> ((Number) value).doubleValue()).toList();
        }
    }
}
