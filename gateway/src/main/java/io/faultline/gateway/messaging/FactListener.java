package io.faultline.gateway.messaging;

import io.faultline.event.DatasetReady;
import io.faultline.event.JobCompleted;
import io.faultline.event.JobEvent;
import io.faultline.event.JobFailed;
import io.faultline.event.JobProgressed;
import io.faultline.event.ModelReady;
import io.faultline.event.Topics;
import io.faultline.gateway.job.JobFacts;
import io.faultline.json.FaultlineJson;
import io.smallrye.reactive.messaging.annotations.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/**
 * Hears the facts. The work topics are heard too, beside the workers' share groups: they say which stage a job waits for and
 * what to tell again should it be lost.
 *
 * <p>A record that cannot be read goes to its topic's dead letters. A fact that meets a database which is away waits for it.
 */
@ApplicationScoped
class FactListener {
    private final JobFacts facts;
    private final PassingFaults passingFaults;

    FactListener(JobFacts facts, PassingFaults passingFaults) {
        this.facts = facts;
        this.passingFaults = passingFaults;
    }

    @Incoming(Topics.JOB_PROGRESS)
    @Blocking
    void progressed(ConsumerRecord<String, byte[]> record) {
        hear(record, JobProgressed.class, (id, event) -> facts.progressed(event));
    }

    @Incoming(Topics.DATASET_READY)
    @Blocking
    void datasetReady(ConsumerRecord<String, byte[]> record) {
        hear(record, DatasetReady.class, (id, event) -> facts.workReady(id, event, text(record)));
    }

    @Incoming(Topics.MODEL_READY)
    @Blocking
    void modelReady(ConsumerRecord<String, byte[]> record) {
        hear(record, ModelReady.class, (id, event) -> facts.workReady(id, event, text(record)));
    }

    @Incoming(Topics.JOB_RESULTS)
    @Blocking
    void completed(ConsumerRecord<String, byte[]> record) {
        hear(record, JobCompleted.class, facts::completed);
    }

    @Incoming(Topics.JOB_FAILED)
    @Blocking
    void failed(ConsumerRecord<String, byte[]> record) {
        hear(record, JobFailed.class, facts::failed);
    }

    private <T extends JobEvent> void hear(
            ConsumerRecord<String, byte[]> record, Class<T> type, BiConsumer<String, T> effect) {
        T event = read(record, type);
        String id = CloudEventHeaders.requireId(record, event.type());
        passingFaults.outwait(() -> effect.accept(id, event));
    }

    private static <T extends JobEvent> T read(ConsumerRecord<String, byte[]> record, Class<T> type) {
        if (record.value() == null) {
            throw new UnreadableEventException(record, "it has no value");
        }
        try {
            T event = FaultlineJson.read(record.value(), type);
            if (event == null || event.jobId() == null) {
                throw new UnreadableEventException(record, "it names no job");
            }
            return event;
        } catch (UncheckedIOException e) {
            throw new UnreadableEventException(
                    record,
                    "it is no " + type.getSimpleName() + " (" + e.getCause().getMessage() + ")",
                    e);
        }
    }

    private static String text(ConsumerRecord<String, byte[]> record) {
        return new String(record.value(), StandardCharsets.UTF_8);
    }
}
