package io.faultline.gateway.messaging;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/** A record that is not the event its topic carries; it belongs on the dead-letter topic. */
final class UnreadableEventException extends RuntimeException {
    UnreadableEventException(ConsumerRecord<?, ?> record, String why) {
        super(message(record, why));
    }

    UnreadableEventException(ConsumerRecord<?, ?> record, String why, Throwable cause) {
        super(message(record, why), cause);
    }

    private static String message(ConsumerRecord<?, ?> record, String why) {
        return "record " + record.topic() + "-" + record.partition() + "@" + record.offset() + " cannot be read: "
                + why;
    }
}
