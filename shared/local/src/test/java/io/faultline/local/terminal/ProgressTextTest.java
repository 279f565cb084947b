package io.faultline.local.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.event.JobId;
import io.faultline.event.JobProgressed;
import io.faultline.event.StageName;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ProgressTextTest {
    private static JobProgressed progress(
            long done, long total, double rate, Double left, Map<String, Double> metrics) {
        return new JobProgressed(
                new JobId(new UUID(0, 0)),
                StageName.TRAINING,
                Instant.EPOCH,
                "epoch 3 of 10",
                done,
                total,
                "images",
                rate,
                left,
                metrics);
    }

    @Test
    void allThatIsKnownIsShown() {
        assertThat(ProgressText.of(progress(1125, 4500, 310.4, 10.9, Map.of("loss", 1.2149, "accuracy", 54.321))))
                .isEqualTo("training · epoch 3 of 10 [█████               ]  25 % 1125/4500 images 310/s 0:11 left"
                        + " accuracy 54.3 loss 1.21");
    }

    @Test
    void whatIsNotKnownIsLeftOut() {
        assertThat(ProgressText.of(progress(7, 0, 0, null, Map.of()))).isEqualTo("training · epoch 3 of 10 7 images");
    }

    @Test
    void moreThanAllIsAFullBar() {
        assertThat(ProgressText.of(progress(12, 10, 2.25, 0.0, Map.of())))
                .isEqualTo("training · epoch 3 of 10 [████████████████████] 100 % 12/10 images 2.3/s 0:00 left");
    }

    @Test
    void hoursAppearWhereThereAreAny() {
        assertThat(ProgressText.clock(Duration.ofSeconds(7))).isEqualTo("0:07");
        assertThat(ProgressText.clock(Duration.ofSeconds(754))).isEqualTo("12:34");
        assertThat(ProgressText.clock(Duration.ofSeconds(3723))).isEqualTo("1:02:03");
    }
}
