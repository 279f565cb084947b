package io.faultline.recipe;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** How protected images are written. */
public enum PublishedFormat {
    /** Without loss. */
    PNG("png"),
    /** With loss, of chosen quality; not in the CIFAR forms, which hold bare pixels. */
    JPEG("jpeg");

    private final String wireName;

    PublishedFormat(String wireName) {
        this.wireName = wireName;
    }

    @JsonValue
    public String wireName() {
        return wireName;
    }

    @JsonCreator
    static PublishedFormat parse(String name) {
        return Bounds.oneOf("format", name, values(), PublishedFormat::wireName);
    }
}
