package io.faultline.gateway.messaging;

import io.faultline.gateway.job.OutboxEvent;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/** CloudEvents 1.0 in the binary mode of its Kafka binding: attributes are headers, the value is the data. */
final class CloudEventHeaders {
    private static final String SPEC_VERSION = "ce_specversion";
    private static final String ID = "ce_id";
    private static final String TYPE = "ce_type";
    private static final String SOURCE = "ce_source";
    private static final String SUBJECT = "ce_subject";
    private static final String TIME = "ce_time";
    private static final String TRACEPARENT = "ce_traceparent";
    private static final String CONTENT_TYPE = "content-type";

    private CloudEventHeaders() {}

    static ProducerRecord<String, byte[]> record(OutboxEvent event) {
        String job = event.jobId().toString();
        ProducerRecord<String, byte[]> record =
                new ProducerRecord<>(event.topic(), job, event.payload().getBytes(StandardCharsets.UTF_8));
        Headers headers = record.headers();
        add(headers, SPEC_VERSION, "1.0");
        add(headers, ID, event.eventId());
        add(headers, TYPE, event.eventType());
        add(headers, SOURCE, "/faultline/gateway");
        add(headers, SUBJECT, job);
        add(headers, TIME, event.createdAt().toString());
        add(headers, CONTENT_TYPE, "application/json");
        if (event.traceparent() != null) {
            add(headers, TRACEPARENT, event.traceparent());
        }
        return record;
    }

    /** @throws UnreadableEventException without an id or with another type */
    static String requireId(ConsumerRecord<String, byte[]> record, String type) {
        String found = text(record, TYPE);
        if (!type.equals(found)) {
            throw new UnreadableEventException(record, "header " + TYPE + " is " + found + "; expected " + type);
        }
        String id = text(record, ID);
        if (id == null || id.isBlank()) {
            throw new UnreadableEventException(record, "header " + ID + " is missing; expected the event's id");
        }
        return id;
    }

    private static void add(Headers headers, String name, String value) {
        headers.add(name, value.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(ConsumerRecord<String, byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null || header.value() == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }
}
