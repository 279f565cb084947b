package io.faultline.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.faultline.event.JobId;
import io.faultline.event.JobSubmitted;
import io.faultline.json.FaultlineJson;
import io.faultline.recipe.InvalidRecipeException;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkReaderTest {
    private final JobId job = new JobId(UUID.fromString("123e4567-e89b-42d3-a456-426614174000"));
    private final WorkReader<JobSubmitted> reader =
            new WorkReader<>(JobSubmitted.class, "io.faultline.job-submitted.v1");

    @Test
    void readsTheEvent() {
        assertThat(reader.read(WorkRecords.record(job, 1))).isEqualTo(WorkRecords.submitted(job));
    }

    @Test
    void passesOverFieldsThatWereAddedLater() {
        // Given
        String json = json().replaceFirst("\\{", "{\"added\":1,");

        // Then
        assertThat(reader.read(record(json))).isEqualTo(WorkRecords.submitted(job));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "\"text\"",
                "{",
                "{}",
                "{\"jobId\":\"123e4567-e89b-42d3-a456-426614174000\"}",
                "{\"jobId\":\"no uuid\"}",
                "PK\u0003\u0004"
            })
    void whatIsNoEventIsUnreadable(String value) {
        assertThatExceptionOfType(UnreadableWorkException.class)
                .isThrownBy(() -> reader.read(record(value)))
                .withMessageContaining("the JSON of a JobSubmitted");
    }

    @Test
    void aRecordWithoutValueIsUnreadable() {
        assertThatExceptionOfType(UnreadableWorkException.class)
                .isThrownBy(() -> reader.read(WorkRecords.record(job.toString(), null, 1, Map.of())))
                .withMessageContaining("no value");
    }

    @Test
    void anEventOfAnotherTypeIsUnreadable() {
        // Given
        ConsumerRecord<byte[], byte[]> record = WorkRecords.record(
                job.toString(), json().getBytes(UTF_8), 1, Map.of("ce_type", "io.faultline.job-submitted.v2"));

        // Then
        assertThatExceptionOfType(UnreadableWorkException.class)
                .isThrownBy(() -> reader.read(record))
                .withMessage("the event has type io.faultline.job-submitted.v2; "
                        + "this worker reads io.faultline.job-submitted.v1");
    }

    @Test
    void anImpossibleRecipeIsARefusalNotARiddle() {
        // Given
        String json = json().replace("\"trainPerClass\":5", "\"trainPerClass\":0");

        // Then
        assertThatExceptionOfType(InvalidRecipeException.class)
                .isThrownBy(() -> reader.read(record(json)))
                .withMessageContaining("trainPerClass is 0");
    }

    @Nested
    class TheJobOfARecord {
        @Test
        void isItsKey() {
            assertThat(CloudEventHeaders.jobId(record("garbage"))).hasValue(job);
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "x", "1-1-1-1-1"})
        void isItsSubjectWhereTheKeyIsNone(String key) {
            assertThat(CloudEventHeaders.jobId(WorkRecords.record(key, null, 1, Map.of("ce_subject", job.toString()))))
                    .hasValue(job);
        }

        @Test
        void isUnknownWithoutBoth() {
            assertThat(CloudEventHeaders.jobId(WorkRecords.record(null, null, 1, Map.of())))
                    .isEmpty();
        }
    }

    private String json() {
        return new String(FaultlineJson.canonicalBytes(WorkRecords.submitted(job)), UTF_8);
    }

    private ConsumerRecord<byte[], byte[]> record(String value) {
        return WorkRecords.record(job.toString(), value.getBytes(UTF_8), 1, Map.of());
    }
}
