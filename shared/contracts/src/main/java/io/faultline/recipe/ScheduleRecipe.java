package io.faultline.recipe;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;

/** How the learning rate moves with the epoch. On the wire the field {@code kind} tells which. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = ScheduleRecipe.Constant.class, name = "constant"),
    @JsonSubTypes.Type(value = ScheduleRecipe.Step.class, name = "step"),
    @JsonSubTypes.Type(value = ScheduleRecipe.Cosine.class, name = "cosine"),
    @JsonSubTypes.Type(value = ScheduleRecipe.OneCycle.class, name = "one-cycle")
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
     * Half a cosine from the full rate down to zero after the last epoch (Loshchilov and Hutter, ICLR 2017), moved once per
     * optimiser step.
     *
     * @param warmupEpochs during which the rate first rises, by equal steps, from zero; 0 where none is given
     */
    record Cosine(Integer warmupEpochs) implements ScheduleRecipe {
        @JsonCreator
        public Cosine(@JsonProperty("warmupEpochs") Integer warmupEpochs) {
            this.warmupEpochs = Bounds.between("warmupEpochs", Bounds.orElse(warmupEpochs, 0), 0, 9_999);
        }

        /** From the full rate at the first step. */
        public Cosine() {
            this(null);
        }
    }

    /** The full rate throughout. */
    record Constant() implements ScheduleRecipe {}

    /**
     * PyTorch's OneCycleLR (Smith and Topin, 2017): up to the full rate and down again by half cosines, moved once per optimiser
     * step.
     *
     * @param rise share of the steps that the rate rises for; 0.3 where none is given
     * @param initialDivisor of the full rate, for the first step; 25 where none is given
     * @param finalDivisor of the first step's rate, for the last step; 10,000 where none is given
     */
    record OneCycle(Double rise, Double initialDivisor, Double finalDivisor) implements ScheduleRecipe {
        public OneCycle {
            rise = Bounds.between("rise", Bounds.orElse(rise, 0.3), 0.001, 0.999);
            initialDivisor = Bounds.between("initialDivisor", Bounds.orElse(initialDivisor, 25.0), 1, 1e9);
            finalDivisor = Bounds.between("finalDivisor", Bounds.orElse(finalDivisor, 1e4), 1, 1e12);
        }
    }
}
