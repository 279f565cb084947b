package io.faultline.vision.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.faultline.json.FaultlineJson;
import io.faultline.recipe.ScheduleRecipe;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Against golden.py's schedules, PyTorch 2.13.0. */
class LearningRateScheduleTest {
    // PyTorch computes the rates from one another, and so gathers rounding that the closed form has not
    private static final double TOLERANCE = 1e-12;

    @Test
    void cosineEqualsPyTorchs() throws IOException {
        // When
        LearningRateSchedule schedule = LearningRateSchedule.of(new ScheduleRecipe.Cosine(), 0.1, 4, 3);
        // Then
        List<Double> expected = golden("cosine12");
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
        List<Double> expected = golden("milestones3and5of8");
        assertThat(expected).hasSize(8);
        for (int step = 0; step < 8 * 7; step++) {
            assertThat(schedule.rate(step)).isCloseTo(expected.get(step / 7), within(TOLERANCE));
        }
    }

    private static List<Double> golden(String name) throws IOException {
        try (InputStream in = LearningRateScheduleTest.class.getResourceAsStream("/golden/scalars.json")) {
            List<?> values =
                    (List<?>) FaultlineJson.read(in.readAllBytes(), Map.class).get(name);
            return values.stream().map(value -> ((Number) value).doubleValue()).toList();
        }
    }
}
