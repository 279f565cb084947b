package io.faultline.worker;

import io.faultline.event.WorkEvent;
import io.faultline.json.FaultlineJson;
import io.faultline.recipe.InvalidRecipeException;
import java.io.UncheckedIOException;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Reads the event out of a work record. */
final class WorkReader<E extends WorkEvent> {
    private final Class<E> eventType;
    private final String cloudEventType;

    WorkReader(Class<E> eventType, String cloudEventType) {
        this.eventType = eventType;
        this.cloudEventType = cloudEventType;
    }

    /**
     * @throws InvalidRecipeException if the event is readable but its recipe asks for something that cannot be done
     * @throws UnreadableWorkException if there is no event of the expected type in it
     */
    E read(ConsumerRecord<byte[], byte[]> record) {
        CloudEventHeaders.attribute(record, "type")
                .filter(type -> !type.equals(cloudEventType))
                .ifPresent(type -> {
                    throw new UnreadableWorkException(
                            "the event has type " + type + "; this worker reads " + cloudEventType, null);
                });
        if (record.value() == null) {
            throw new UnreadableWorkException("the record has no value; expected " + expected(), null);
        }
        E event;
        try {
            event = FaultlineJson.read(record.value(), eventType);
        } catch (UncheckedIOException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof InvalidRecipeException refused) {
                    throw refused;
                }
            }
            // what follows the first line is where in the bytes it went wrong, of which the message shows nothing
            String complaint = e.getCause().getMessage().lines().findFirst().orElse("");
            throw new UnreadableWorkException("the record's value is not " + expected() + ": " + complaint, e);
        }
        if (event == null || event.jobId() == null || event.recipe() == null) {
            throw new UnreadableWorkException("the event lacks its job id or its recipe; expected " + expected(), null);
        }
        return event;
    }

    private String expected() {
        return "the JSON of a " + eventType.getSimpleName();
    }
}
