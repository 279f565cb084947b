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
        long total = (long) epochs * stepsPerEpoch;
        if (recipe instanceof ScheduleRecipe.Step step) {
            return steps(initial, step.milestones(), step.gamma(), stepsPerEpoch);
        }
        if (recipe instanceof ScheduleRecipe.OneCycle cycle) {
            return oneCycle(initial, total, cycle.rise(), cycle.initialDivisor(), cycle.finalDivisor());
        }
        if (recipe instanceof ScheduleRecipe.Cosine cosine) {
            return cosine.warmupEpochs() == 0
                    ? cosine(initial, total)
                    : warmedCosine(initial, (long) cosine.warmupEpochs() * stepsPerEpoch, total);
        }
        return constant(initial);
    }

    /** The same rate all the time. */
    static LearningRateSchedule constant(double rate) {
        return step -> rate;
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

    /**
     * The same after a straight line up to the full rate: peak · (step + 1) / warmup in the first {@code warmup} steps, which never
     * stands at 0, and then the cosine over the steps that are left.
     *
     * @param warmup steps, from 0 to below {@code total}
     * @throws IllegalArgumentException if the warm-up leaves no step
     */
    static LearningRateSchedule warmedCosine(double peak, long warmup, long total) {
        if (warmup < 0 || warmup >= total) {
            throw new IllegalArgumentException(
                    "the warm-up takes " + warmup + " of " + total + " steps; allowed: 0 to " + (total - 1));
        }
        LearningRateSchedule cosine = cosine(peak, total - warmup);
        return step -> step < warmup ? peak * (step + 1) / warmup : cosine.rate(step - warmup);
    }

    /**
     * One cycle (Smith and Topin, 2018) as PyTorch's OneCycleLR has it: half a cosine from peak / division up to the peak in the
     * first share of the steps, and half a cosine down to peak / division / final division at the last.
     *
     * @param warmupShare of the steps that go up, above 0 and below 1; PyTorch's is 0.3
     * @param division PyTorch's is 25
     * @param finalDivision PyTorch's is 10⁴
     */
    static LearningRateSchedule oneCycle(
            double peak, long total, double warmupShare, double division, double finalDivision) {
        if (!(warmupShare > 0 && warmupShare < 1)) {
            throw new IllegalArgumentException(
                    "the share of the warm-up is " + warmupShare + "; allowed: above 0, below 1");
        }
        if (!(division > 0 && finalDivision > 0)) {
            throw new IllegalArgumentException(
                    "the divisions are " + division + " and " + finalDivision + "; allowed: above 0");
        }
        double initial = peak / division;
        double last = initial / finalDivision;
        double top = warmupShare * total - 1; // the step at which the peak stands, a fraction as in PyTorch
        return step -> step <= top || total == 1
                ? between(initial, peak, top <= 0 ? 1 : step / top)
                : between(peak, last, Math.min(1, (step - top) / (total - 1 - top)));
    }

    private static double between(double from, double to, double share) {
        return to + (from - to) * (1 + Math.cos(Math.PI * share)) / 2;
    }
}
