package io.faultline.recipe;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** What becomes of the batch norms' running statistics while modules are fine-tuned on clean images. */
public enum BatchNormStatistics {
    /** They stay as they are, and the network runs on them: what is fine-tuned is the module alone. */
    FROZEN("frozen"),
    /**
     * The network runs on its batches' statistics, the running ones of every layer follow the clean images, and are interpolated
     * with the weights: the RiFT authors' script, whose paper does not tell what they bring from what the module brings.
     */
    MOVING("moving");

    private final String wireName;

    BatchNormStatistics(String wireName) {
        this.wireName = wireName;
    }

    @JsonValue
    public String wireName() {
        return wireName;
    }

    @JsonCreator
    static BatchNormStatistics parse(String name) {
        return Bounds.oneOf("batchNorm", name, values(), BatchNormStatistics::wireName);
    }
}
