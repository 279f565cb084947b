package io.faultline.worker;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The W3C trace context of a work record, handed on to every event that comes of it, so that a job is one trace.
 *
 * @param attributes CloudEvent extension attributes; empty if the record had none
 */
record TraceContext(Map<String, String> attributes) {
    static final TraceContext NONE = new TraceContext(Map.of());

    private static final List<String> NAMES = List.of("traceparent", "tracestate");

    TraceContext {
        attributes = Map.copyOf(attributes);
    }

    static TraceContext of(ConsumerRecord<byte[], byte[]> record) {
        Map<String, String> attributes = new LinkedHashMap<>();
        for (String name : NAMES) {
            CloudEventHeaders.attribute(record, name).ifPresent(value -> attributes.put(name, value));
        }
        return attributes.isEmpty() ? NONE : new TraceContext(attributes);
    }
}
