package io.faultline.vision.training;

import java.util.Map;

/**
 * What the steps of an epoch have added up to so far. Immutable, so that a state that is kept in the middle of an epoch holds
 * whole steps alone.
 *
 * @param steps optimiser steps taken
 * @param lossSum over the images
 * @param correct images classified as labelled
 * @param images trained on
 * @param lastLoss mean of the last step; NaN before the first
 * @param seconds of wall time, pauses not counted
 */
record EpochTally(int steps, double lossSum, long correct, long images, double lastLoss, double seconds) {
    static final EpochTally EMPTY = new EpochTally(0, 0, 0, 0, Double.NaN, 0);

    private static final String STEPS = "epoch.steps";
    private static final String LOSS_SUM = "epoch.lossSum";
    private static final String CORRECT = "epoch.correct";
    private static final String IMAGES = "epoch.images";
    private static final String LAST_LOSS = "epoch.lastLoss";
    private static final String SECONDS = "epoch.seconds";

    EpochTally plus(StepResult step) {
        return new EpochTally(
                steps + 1,
                lossSum + step.lossSum(),
                correct + step.correct(),
                images + step.images(),
                step.loss(),
                seconds);
    }

    EpochTally after(double moreSeconds) {
        return new EpochTally(steps, lossSum, correct, images, lastLoss, seconds + moreSeconds);
    }

    /** Every number exactly; nothing between two epochs. */
    Map<String, String> metadata() {
        return steps == 0
                ? Map.of()
                : Map.of(
                        STEPS,
                        Integer.toString(steps),
                        LOSS_SUM,
                        Double.toString(lossSum),
                        CORRECT,
                        Long.toString(correct),
                        IMAGES,
                        Long.toString(images),
                        LAST_LOSS,
                        Double.toString(lastLoss),
                        SECONDS,
                        Double.toString(seconds));
    }

    static EpochTally restore(KeptState file) {
        return file.has(STEPS)
                ? new EpochTally(
                        (int) file.count(STEPS),
                        file.number(LOSS_SUM),
                        file.count(CORRECT),
                        file.count(IMAGES),
                        file.number(LAST_LOSS),
                        file.number(SECONDS))
                : EMPTY;
    }
}
