package io.faultline.recipe;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.stream.Collectors;

/** What a training minimises. */
public enum Objective {
    /** Empirical risk minimisation: cross-entropy on the images as they are. */
    ERM("erm"),
    /** Adversarial training: cross-entropy on the worst images that the attack finds (Madry et al., ICLR 2018). */
    ADVERSARIAL("at");

    private final String wireName;

    Objective(String wireName) {
        this.wireName = wireName;
    }

    @JsonValue
    public String wireName() {
        return wireName;
    }

    @JsonCreator
    public static Objective parse(String name) {
        return Arrays.stream(values())
                .filter(objective -> objective.wireName.equals(name))
                .findFirst()
                .orElseThrow(() -> new InvalidRecipeException(
                        "objective",
                        "'" + name + "'",
                        Arrays.stream(values()).map(Objective::wireName).collect(Collectors.joining(", "))));
    }
}
