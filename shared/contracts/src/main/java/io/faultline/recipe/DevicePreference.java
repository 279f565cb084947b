package io.faultline.recipe;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** What a job asks of the machine it is computed on. */
public enum DevicePreference {
    /** Whatever the worker has. */
    ANY("any"),
    CPU("cpu"),
    /** A GPU; a worker without one refuses the job rather than taking weeks for it. */
    GPU("gpu");

    private final String wireName;

    DevicePreference(String wireName) {
        this.wireName = wireName;
    }

    @JsonValue
    public String wireName() {
        return wireName;
    }

    @JsonCreator
    static DevicePreference parse(String name) {
        return Bounds.oneOf("device", name, values(), DevicePreference::wireName);
    }
}
