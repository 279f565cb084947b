package io.faultline.recipe;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** The colours of protected images. */
public enum ColourMode {
    /** As they are. */
    RGB("rgb"),
    /** The luma of the convolved image in all three channels: the paper's test of grey-scale data (Sec. 5.2). */
    GREY("grey");

    private final String wireName;

    ColourMode(String wireName) {
        this.wireName = wireName;
    }

    @JsonValue
    public String wireName() {
        return wireName;
    }

    @JsonCreator
    static ColourMode parse(String name) {
        return Bounds.oneOf("colour", name, values(), ColourMode::wireName);
    }
}
