package io.faultline.recipe;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** How the largest rise of a module's loss is sought (Zhu et al., ICCV 2023, Sec. 3.3). */
public enum CriticalityProcedure {
    /**
     * All rounds, each projected at its end; the greatest loss of the start and of all rounds counts, as the maximum in the
     * definition asks.
     */
    MAXIMUM("maximum"),
    /** Algorithm 1 as printed: ends with the round that reaches the ball's surface, whose loss counts. */
    PRINTED("printed"),
    /** The authors' script: all rounds, each projected at its end; the greatest loss of the rounds counts, the start's does not. */
    AUTHORS("authors");

    private final String wireName;

    CriticalityProcedure(String wireName) {
        this.wireName = wireName;
    }

    @JsonValue
    public String wireName() {
        return wireName;
    }

    @JsonCreator
    static CriticalityProcedure parse(String name) {
        return Bounds.oneOf("procedure", name, values(), CriticalityProcedure::wireName);
    }
}
