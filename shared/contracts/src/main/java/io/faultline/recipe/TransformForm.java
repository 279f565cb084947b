package io.faultline.recipe;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** How an image transform treats what its paper leaves to the code. */
public enum TransformForm {
    /** As the paper's sentence reads: no pixel is lost, none is rounded on the way. */
    SOUND("sound"),
    /** As the authors' script does it, for reproducing its numbers. */
    SCRIPT("script");

    private final String wireName;

    TransformForm(String wireName) {
        this.wireName = wireName;
    }

    @JsonValue
    public String wireName() {
        return wireName;
    }

    @JsonCreator
    static TransformForm parse(String name) {
        return Bounds.oneOf("form", name, values(), TransformForm::wireName);
    }
}
