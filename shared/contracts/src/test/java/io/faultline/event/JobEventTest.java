package io.faultline.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.json.FaultlineJson;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class JobEventTest {
    private static final JobId JOB = JobId.parse("0b8f5cc6-9a4e-4f4c-8f3e-1d2c3b4a5f60");

    @Test
    void typeNamesTopicAndVersion() {
        assertThat(new JobCancelled(JOB).type()).isEqualTo("io.faultline.job-cancelled.v1");
    }

    @Test
    void sameFactHasTheSameIdAndAnotherAnother() {
        assertThat(failed(StageName.TRAINING).eventId())
                .isEqualTo(failed(StageName.TRAINING).eventId());
        assertThat(failed(StageName.TRAINING).eventId())
                .isNotEqualTo(failed(StageName.RIFT).eventId());
        assertThat(new JobCancelled(JOB).eventId()).isEqualTo(JOB + "/cancelled");
        assertThat(progress(1).eventId()).isNotEqualTo(progress(2).eventId());
    }

    @Test
    void idTopicAndTypeAreNoPartOfTheData() throws Exception {
        assertThat(FaultlineJson.mapper().writeValueAsString(new JobCancelled(JOB)))
                .isEqualTo("{\"jobId\":\"0b8f5cc6-9a4e-4f4c-8f3e-1d2c3b4a5f60\"}");
    }

    @Test
    void noTwoTopicsAreTheSame() {
        // Given
        List<String> topics =
                Stream.of(Topics.WORK, Topics.FACTS).flatMap(List::stream).toList();

        // When, Then
        assertThat(new HashSet<>(topics)).hasSize(topics.size()).hasSize(7);
        assertThat(Topics.FACTS).containsAll(Topics.COMPACTED);
        assertThat(Topics.deadLetter(Topics.JOB_SUBMITTED)).isEqualTo("job-submitted-dead-letter");
        assertThat(Topics.shareGroup(Topics.JOB_SUBMITTED)).isEqualTo("job-submitted-workers");
    }

    private static JobFailed failed(StageName stage) {
        return new JobFailed(JOB, stage, FailureCode.INTERNAL, "detail");
    }

    private static JobProgressed progress(long second) {
        return new JobProgressed(
                JOB, StageName.POISON, Instant.ofEpochSecond(second), "reading", 0, 0, "images", 0, null, Map.of());
    }
}
