package io.faultline.worker;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.faultline.event.JobId;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/** Reads the attributes of a CloudEvent in binary mode, which are the record's headers. */
final class CloudEventHeaders {
    private static final String PREFIX = "ce_";

    private CloudEventHeaders() {}

    static Optional<String> attribute(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(PREFIX + name);
        return header == null || header.value() == null
                ? Optional.empty()
                : Optional.of(new String(header.value(), UTF_8));
    }

    /** The job a record belongs to, by its key or else its subject, even if its value cannot be read. */
    static Optional<JobId> jobId(ConsumerRecord<byte[], byte[]> record) {
        Optional<String> key = Optional.ofNullable(record.key()).map(bytes -> new String(bytes, UTF_8));
        return Stream.of(key, attribute(record, "subject"))
                .flatMap(Optional::stream)
                .flatMap(text -> parse(text).stream())
                .findFirst();
    }

    private static Optional<JobId> parse(String text) {
        try {
            JobId id = JobId.parse(text);
            // the platform's reader also takes short forms such as 1-1-1-1-1
            return id.toString().equalsIgnoreCase(text) ? Optional.of(id) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
