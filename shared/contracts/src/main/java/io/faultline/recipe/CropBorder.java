package io.faultline.recipe;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** What a random crop finds beyond the image. */
public enum CropBorder {
    ZERO("zero"),
    /** The image mirrored at its edge pixels, as RiFT's script has it. */
    REFLECT("reflect");

    private final String wireName;

    CropBorder(String wireName) {
        this.wireName = wireName;
    }

    @JsonValue
    public String wireName() {
        return wireName;
    }

    @JsonCreator
    static CropBorder parse(String name) {
        return Bounds.oneOf("cropBorder", name, values(), CropBorder::wireName);
    }
}
