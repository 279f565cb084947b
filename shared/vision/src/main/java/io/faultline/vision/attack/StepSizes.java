package io.faultline.vision.attack;

import java.util.Arrays;

/**
 * The step size of each image in Auto-PGD (Croce and Hein, ICML 2020, Sec. 4): at checkpoints it is halved, and the search
 * goes back to the best point, for images whose loss rose in at most a share ρ of the steps since the last checkpoint, or whose
 * step and best loss have both stayed as they were since then.
 *
 * @implNote follows the reference implementation where it parts from the paper: the first checkpoint is after 22 % of the
 *     steps rounded down (the paper rounds every checkpoint up), the distances to the next ones shrink by 3 % of the steps down to 6 %,
 *     again rounded down and at least 1; the very first step counts as a rise if its loss is above 0, not above the start's; and the
 *     first checkpoint halves by the first rule only
 */
final class StepSizes {
    private static final double RHO = 0.75;
    private static final double FIRST_CHECKPOINT = 0.22;
    private static final double LEAST_DISTANCE = 0.06;
    private static final double SHRINKING = 0.03;
    private static final float FIRST_STEP_IN_RADII = 2;

    private final int leastDistance;
    private final int shrinking;
    private int distance;
    private int since;
    private float[] sizes;
    private float[] best;
    private float[] last;
    private float[] bestAtCheckpoint;
    private int[] rises;
    private boolean[] halved;

    /** @param losses at the start */
    StepSizes(double radius, int steps, float[] losses) {
        distance = share(FIRST_CHECKPOINT, steps);
        leastDistance = share(LEAST_DISTANCE, steps);
        shrinking = share(SHRINKING, steps);
        sizes = new float[losses.length];
        Arrays.fill(sizes, (float) (FIRST_STEP_IN_RADII * radius));
        best = losses.clone();
        last = new float[losses.length];
        bestAtCheckpoint = losses.clone();
        rises = new int[losses.length];
        halved = new boolean[losses.length];
        Arrays.fill(halved, true);
    }

    private static int share(double share, int steps) {
        return Math.max((int) (share * steps), 1);
    }

    float[] sizes() {
        return sizes;
    }

    float[] best() {
        return best;
    }

    /**
     * Takes in the losses after a step.
     *
     * @return the images whose loss is the highest so far
     */
    boolean[] record(float[] losses) {
        boolean[] improved = new boolean[losses.length];
        for (int i = 0; i < losses.length; i++) {
            rises[i] += losses[i] > last[i] ? 1 : 0;
            last[i] = losses[i];
            improved[i] = losses[i] > best[i];
            best[i] = improved[i] ? losses[i] : best[i];
        }
        since++;
        return improved;
    }

    /** The images that must go back to their best point, with half the step from now on; at a checkpoint only. */
    boolean[] halve() {
        boolean[] halving = new boolean[sizes.length];
        if (since < distance) {
            return halving;
        }
        for (int i = 0; i < sizes.length; i++) {
            boolean stagnant = !halved[i] && bestAtCheckpoint[i] >= best[i];
            halving[i] = rises[i] <= RHO * distance || stagnant;
            sizes[i] = halving[i] ? sizes[i] / 2 : sizes[i];
        }
        halved = halving.clone();
        bestAtCheckpoint = best.clone();
        Arrays.fill(rises, 0);
        distance = Math.max(distance - shrinking, leastDistance);
        since = 0;
        return halving;
    }

    /** Forgets all images but these. */
    void keep(int[] images) {
        sizes = at(sizes, images);
        best = at(best, images);
        last = at(last, images);
        bestAtCheckpoint = at(bestAtCheckpoint, images);
        rises = Rows.at(rises, images);
        boolean[] kept = new boolean[images.length];
        for (int i = 0; i < kept.length; i++) {
            kept[i] = halved[images[i]];
        }
        halved = kept;
    }

    private static float[] at(float[] values, int[] places) {
        float[] chosen = new float[places.length];
        for (int i = 0; i < chosen.length; i++) {
            chosen[i] = values[places[i]];
        }
        return chosen;
    }
}
