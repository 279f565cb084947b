package io.faultline.event;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.faultline.recipe.Recipe;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The stages of a job, in their order. */
public enum StageName {
    /** Reads the data set and, if the recipe says so, protects it. */
    @JsonProperty("poison")
    POISON,
    /** Trains and measures a classifier. */
    @JsonProperty("training")
    TRAINING,
    /** Finds the least critical module, fine-tunes it, interpolates. */
    @JsonProperty("rift")
    RIFT,
    /** Computes the theory of a Gaussian mixture, in a job of its own. */
    @JsonProperty("theory")
    THEORY;

    /** The stages that a recipe asks for, in order; never empty. */
    public static List<StageName> of(Recipe recipe) {
        if (recipe.gaussianMixture() != null) {
            return List.of(THEORY);
        }
        List<StageName> stages = new ArrayList<>(List.of(POISON));
        if (recipe.training() != null) {
            stages.add(TRAINING);
        }
        if (recipe.rift() != null) {
            stages.add(RIFT);
        }
        return List.copyOf(stages);
    }

    /** The stage that follows this one in a job of this recipe; empty if this one is the last. */
    public Optional<StageName> next(Recipe recipe) {
        List<StageName> stages = of(recipe);
        int following = stages.indexOf(this) + 1;
        return following < stages.size() ? Optional.of(stages.get(following)) : Optional.empty();
    }
}
