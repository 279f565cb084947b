package io.faultline.event;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/** The name of a job: key and subject of each of its events. */
public record JobId(@JsonValue UUID value) {
    @JsonCreator
    public JobId {
        if (value == null) {
            throw new IllegalArgumentException("job id is missing; expected a UUID");
        }
    }

    /** @throws IllegalArgumentException unless the text is a UUID */
    public static JobId parse(String text) {
        return new JobId(UUID.fromString(text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
