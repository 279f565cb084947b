package io.faultline.worker;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.faultline.event.JobId;
import io.faultline.event.JobSubmitted;
import io.faultline.event.Topics;
import io.faultline.json.FaultlineJson;
import io.faultline.recipe.Recipe;
import io.faultline.recipe.SyntheticDatasetRecipe;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

/** Work records as a share group hands them out. */
final class WorkRecords {
    private WorkRecords() {}

    static JobSubmitted submitted(JobId job) {
        return new JobSubmitted(
                job, new Recipe("unit", new SyntheticDatasetRecipe(5, 1, null), null, null, null, null));
    }

    static ConsumerRecord<byte[], byte[]> record(JobId job, int deliveryCount) {
        return record(
                job.toString(),
                FaultlineJson.canonicalBytes(submitted(job)),
                deliveryCount,
                Map.of("ce_traceparent", "00-trace"));
    }

    static ConsumerRecord<byte[], byte[]> record(
            String key, byte[] value, int deliveryCount, Map<String, String> headers) {
        RecordHeaders all = new RecordHeaders();
        headers.forEach((name, text) -> all.add(name, text.getBytes(UTF_8)));
        return new ConsumerRecord<>(
                Topics.JOB_SUBMITTED,
                0,
                42,
                ConsumerRecord.NO_TIMESTAMP,
                TimestampType.NO_TIMESTAMP_TYPE,
                ConsumerRecord.NULL_SIZE,
                ConsumerRecord.NULL_SIZE,
                key == null ? null : key.getBytes(UTF_8),
                value,
                all,
                Optional.empty(),
                Optional.of((short) deliveryCount));
    }
}
