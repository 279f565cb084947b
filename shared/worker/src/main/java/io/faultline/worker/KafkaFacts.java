package io.faultline.worker;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.faultline.event.JobEvent;
import io.faultline.event.JobProgressed;
import io.faultline.event.Topics;
import io.faultline.json.FaultlineJson;
import io.smallrye.reactive.messaging.MutinyEmitter;
import io.smallrye.reactive.messaging.ce.OutgoingCloudEventMetadata;
import io.smallrye.reactive.messaging.ce.OutgoingCloudEventMetadataBuilder;
import io.smallrye.reactive.messaging.kafka.api.OutgoingKafkaRecordMetadata;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.Metadata;

/**
 * Tells facts as CloudEvents in binary mode. Work events, results and failures share one channel with one durable producer,
 * since each names its own topic; progress has another, so that what may get lost never waits before what must not.
 */
@ApplicationScoped
class KafkaFacts implements Facts {
    static final String CHANNEL = "facts";

    private static final String CONTENT_TYPE = "application/json";

    private final MutinyEmitter<byte[]> facts;
    private final MutinyEmitter<byte[]> progress;
    private final URI source;
    private final Duration patience;
    private final Clock clock = Clock.systemUTC();

    KafkaFacts(
            @Channel(CHANNEL) MutinyEmitter<byte[]> facts,
            @Channel(Topics.JOB_PROGRESS) MutinyEmitter<byte[]> progress,
            @ConfigProperty(name = "quarkus.application.name") String service,
            WorkerConfig config) {
        this.facts = facts;
        this.progress = progress;
        this.source = URI.create("/faultline/" + service);
        this.patience = config.factTimeout();
    }

    @Override
    public void tell(JobEvent event, TraceContext trace) {
        await(message(event, trace), event.type() + " " + event.eventId());
    }

    @Override
    public CompletionStage<Void> mention(JobProgressed event, TraceContext trace) {
        return progress.sendMessage(message(event, trace)).subscribeAsCompletionStage();
    }

    @Override
    public void bury(DeadLetter letter) {
        OutgoingKafkaRecordMetadata<byte[]> kafka = OutgoingKafkaRecordMetadata.<byte[]>builder()
                .withTopic(letter.topic())
                .withKey(letter.key())
                .withHeaders(new RecordHeaders(letter.headers()))
                .build();
        await(Message.of(letter.value(), Metadata.of(kafka)), "a dead letter for " + letter.topic());
    }

    private void await(Message<byte[]> message, String what) {
        try {
            facts.sendMessage(message).subscribeAsCompletionStage().get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new FactNotToldException(what + " was refused by the broker: " + e.getCause(), e.getCause());
        } catch (TimeoutException e) {
            throw new FactNotToldException(what + " was not confirmed within " + patience, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FactNotToldException(what + " was interrupted", e);
        }
    }

    private Message<byte[]> message(JobEvent event, TraceContext trace) {
        OutgoingCloudEventMetadataBuilder<Object> cloudEvent = OutgoingCloudEventMetadata.builder()
                .withId(event.eventId())
                .withType(event.type())
                .withSource(source)
                .withSubject(event.jobId().toString())
                .withTimestamp(ZonedDateTime.now(clock.withZone(ZoneOffset.UTC)))
                .withDataContentType(CONTENT_TYPE);
        trace.attributes().forEach(cloudEvent::withExtension);
        OutgoingKafkaRecordMetadata<byte[]> kafka = OutgoingKafkaRecordMetadata.<byte[]>builder()
                .withTopic(event.topic())
                .withKey(event.jobId().toString().getBytes(UTF_8))
                .build();
        return Message.of(json(event), Metadata.of(cloudEvent.build(), kafka));
    }

    private static byte[] json(JobEvent event) {
        try {
            return FaultlineJson.mapper().writeValueAsBytes(event);
        } catch (IOException e) {
            throw new UncheckedIOException("an event has no JSON form: " + event, e);
        }
    }
}
