package io.faultline.recipe;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** A changed copy of the test split on which a trained model betrays whether it learnt the filters. */
public enum ControlSet {
    /** Each test image through its class's filter (paper, Sec. 5.2: 99.91 %). */
    OWN_FILTERS("own-filters"),
    /** Each test image through the next class's filter (paper, Sec. 5.2: 2.53 %). */
    PERMUTED_FILTERS("permuted-filters");

    private final String wireName;

    ControlSet(String wireName) {
        this.wireName = wireName;
    }

    @JsonValue
    public String wireName() {
        return wireName;
    }

    @JsonCreator
    static ControlSet parse(String name) {
        return Bounds.oneOf("controls", name, values(), ControlSet::wireName);
    }
}
