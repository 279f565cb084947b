package io.faultline.recipe;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** Where the class mean of a Gaussian mixture points. */
public enum MixtureDirection {
    /** All entries equal. */
    ALL_ONES("all-ones"),
    /** Along the first axis. */
    FIRST_AXIS("first-axis"),
    /** Uniform on the sphere, drawn by the job's seed. */
    RANDOM("random");

    private final String wireName;

    MixtureDirection(String wireName) {
        this.wireName = wireName;
    }

    @JsonValue
    public String wireName() {
        return wireName;
    }

    @JsonCreator
    static MixtureDirection parse(String name) {
        return Bounds.oneOf("direction", name, values(), MixtureDirection::wireName);
    }
}
