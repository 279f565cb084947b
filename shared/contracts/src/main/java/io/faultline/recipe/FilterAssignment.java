package io.faultline.recipe;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** Which class gets which filter. */
public enum FilterAssignment {
    /** Each class its own: CUDA. */
    CLASS_WISE("class-wise"),
    /** All classes the first class's: the paper's control, which does not protect (Sec. 5.2: 90.47 % clean accuracy). */
    UNIVERSAL("universal");

    private final String wireName;

    FilterAssignment(String wireName) {
        this.wireName = wireName;
    }

    @JsonValue
    public String wireName() {
        return wireName;
    }

    @JsonCreator
    static FilterAssignment parse(String name) {
        return Bounds.oneOf("filters", name, values(), FilterAssignment::wireName);
    }
}
