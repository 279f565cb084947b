package io.faultline.recipe;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** Which modules are fine-tuned: RiFT's own choice, and its ablations (Zhu et al., ICCV 2023, Tables 3 and 4). */
public enum ModuleRule {
    /** Those of the lowest robust criticality. */
    LOWEST("lowest"),
    /** Those of the highest robust criticality. */
    HIGHEST("highest"),
    /** Those that are named. */
    NAMED("named"),
    /** Every convolution and linear layer, without asking for criticality. */
    ALL("all"),
    /** The linear layer at the end, without asking for criticality. */
    LAST("last"),
    /** None: only batch-norm statistics move, the control for what they alone bring. */
    NONE("none");

    private final String wireName;

    ModuleRule(String wireName) {
        this.wireName = wireName;
    }

    @JsonValue
    public String wireName() {
        return wireName;
    }

    /** Whether criticality decides, so that it must be measured. */
    public boolean byCriticality() {
        return this == LOWEST || this == HIGHEST;
    }

    @JsonCreator
    static ModuleRule parse(String name) {
        return Bounds.oneOf("rule", name, values(), ModuleRule::wireName);
    }
}
