package io.faultline.worker;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.faultline.event.Topics;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/**
 * A work record that nobody will work on, as it came, with its origin and the cause in further headers.
 *
 * @param topic where it goes
 * @param key as it came; may be null
 * @param value as it came; may be null
 */
record DeadLetter(String topic, byte[] key, byte[] value, List<Header> headers) {
    static final String REASON = "dead-letter-reason";
    static final String CODE = "dead-letter-code";
    static final String CAUSE = "dead-letter-cause";
    static final String TOPIC = "dead-letter-topic";
    static final String PARTITION = "dead-letter-partition";
    static final String OFFSET = "dead-letter-offset";
    static final String DELIVERY_COUNT = "dead-letter-delivery-count";

    static DeadLetter of(ConsumerRecord<byte[], byte[]> record, Verdict.GiveUp verdict, Throwable cause) {
        List<Header> headers = new ArrayList<>(List.of(record.headers().toArray()));
        headers.add(header(REASON, verdict.detail()));
        headers.add(header(CODE, verdict.code().name()));
        headers.add(header(CAUSE, cause.getClass().getName()));
        headers.add(header(TOPIC, record.topic()));
        headers.add(header(PARTITION, Integer.toString(record.partition())));
        headers.add(header(OFFSET, Long.toString(record.offset())));
        headers.add(header(DELIVERY_COUNT, Integer.toString(deliveryCount(record))));
        return new DeadLetter(Topics.deadLetter(record.topic()), record.key(), record.value(), headers);
    }

    /** How often a record has been handed out, this time included. */
    static int deliveryCount(ConsumerRecord<byte[], byte[]> record) {
        return record.deliveryCount().orElse((short) 1);
    }

    private static Header header(String name, String value) {
        return new RecordHeader(name, String.valueOf(value).getBytes(UTF_8));
    }
}
