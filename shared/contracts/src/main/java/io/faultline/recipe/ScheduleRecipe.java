package io.faultline.recipe;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;

/** How the learning rate moves with the epoch. On the wire the field {@code kind} tells which. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = ScheduleRecipe.Step.class, name = "step"),
    @JsonSubTypes.Type(value = ScheduleRecipe.Cosine.class, name = "cosine")
})
public sealed interface ScheduleRecipe {
    /**
     * Multiplies the rate by a factor at each milestone.
     *
     * @param milestones ascending epochs, counted from 0, at whose start the rate falls
     * @param gamma 0.1 where none is given
     */
    record Step(List<Integer> milestones, Double gamma) implements ScheduleRecipe {
        public Step {
            milestones =
                    milestones == null ? List.of() : Bounds.whole("milestones", milestones, "ascending epochs from 1");
            for (int i = 0; i < milestones.size(); i++) {
                if (milestones.get(i) < 1 || (i > 0 && milestones.get(i) <= milestones.get(i - 1))) {
                    throw new InvalidRecipeException("milestones", milestones, "ascending epochs from 1");
                }
            }
            gamma = Bounds.between("gamma", Bounds.orElse(gamma, 0.1), 0, 1);
        }
    }

    /**
     * Half a cosine from the full rate at the first epoch down to zero after the last (Loshchilov and Hutter, ICLR 2017),
     * moved once per optimiser step.
     */
    record Cosine() implements ScheduleRecipe {}
}
