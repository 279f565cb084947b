package io.faultline.vision.training;

import io.faultline.recipe.ScheduleRecipe;
import java.util.List;

/** The learning rate as a pure function of the optimiser step, so that a resumed training needs nothing but its place. */
@FunctionalInterface
public interface LearningRateSchedule {
    /** @param step counted from 0 over the whole training */
    double rate(long step);

    /**
     * The schedule of a recipe.
     *
     * @param initial rate of the first step
     */
    static LearningRateSchedule of(ScheduleRecipe recipe, double initial, int epochs, int stepsPerEpoch) {
        if (recipe instanceof ScheduleRecipe.Step step) {
            return steps(initial, step.milestones(), step.gamma(), stepsPerEpoch);
        }
        return cosine(initial, (long) epochs * stepsPerEpoch);
    }

    /** initial · γ^(milestones reached), as PyTorch's MultiStepLR moved once per epoch. */
    static LearningRateSchedule steps(double initial, List<Integer> milestones, double gamma, int stepsPerEpoch) {
        return step -> initial
                * Math.pow(
                        gamma,
                        milestones.stream()
                                .filter(epoch -> step / stepsPerEpoch >= epoch)
                                .count());
    }

    /** initial · (1 + cos(π · step / total)) / 2, as PyTorch's CosineAnnealingLR moved once per step (Loshchilov and Hutter, 2017). */
    static LearningRateSchedule cosine(double initial, long total) {
        return step -> initial * (1 + Math.cos(Math.PI * step / total)) / 2;
    }
}
