package io.faultline.vision.training;

import io.faultline.recipe.SelectionRecipe;
import io.faultline.recipe.SelectionRecipe.Criterion;

/**
 * Which epoch's weights a training ends with, and whether it ends early.
 *
 * @param by what they are chosen by
 * @param every epochs between two measurements, from 1; the last epoch is always measured
 * @param patience measurements without a better one after which the training ends; 0 for all epochs
 */
public record CheckpointSelection(Criterion by, int every, int patience) {
    /** The weights of the last epoch: nothing is measured to choose by. */
    public static final CheckpointSelection LAST = new CheckpointSelection(Criterion.LAST, 1, 0);

    static CheckpointSelection of(SelectionRecipe recipe) {
        return new CheckpointSelection(recipe.by(), recipe.every(), recipe.patience() == null ? 0 : recipe.patience());
    }

    public CheckpointSelection {
        if (every < 1) {
            throw new IllegalArgumentException("every is " + every + " epochs; allowed: 1 or more");
        }
        if (patience < 0) {
            throw new IllegalArgumentException("patience is " + patience + "; allowed: 0 (never stop early) or more");
        }
    }

    /** Whether a measurement is to be made after so many epochs. */
    boolean due(int epochsDone, int epochs) {
        return by != Criterion.LAST && (epochsDone % every == 0 || epochsDone == epochs);
    }
}
