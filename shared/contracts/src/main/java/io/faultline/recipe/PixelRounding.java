package io.faultline.recipe;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** How a pixel value between two levels becomes one of them. */
public enum PixelRounding {
    /** The nearest level, ties to the even one. */
    NEAREST("nearest"),
    /** The level below, as the authors' script does; darkens an image by half a level on average. */
    TRUNCATE("truncate");

    private final String wireName;

    PixelRounding(String wireName) {
        this.wireName = wireName;
    }

    @JsonValue
    public String wireName() {
        return wireName;
    }

    @JsonCreator
    static PixelRounding parse(String name) {
        return Bounds.oneOf("rounding", name, values(), PixelRounding::wireName);
    }
}
