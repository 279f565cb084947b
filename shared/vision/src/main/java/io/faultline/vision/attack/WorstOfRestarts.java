package io.faultline.vision.attack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.faultline.vision.network.Classifier;

/**
 * Runs an attack from several starts and keeps, of each image, the perturbation with the largest margin max_{j≠y} z_j − z_y: one
 * that is misclassified, if any is.
 *
 * @param attack what is run, each time with seeds of its own
 * @param restarts how often, at least once
 */
public record WorstOfRestarts(Adversary attack, int restarts) implements Adversary {
    // added to the label's logit to take it out of the maximum; far outside any logit's range
    private static final float OUT = -1e30f;

    public WorstOfRestarts {
        if (restarts < 1) {
            throw new IllegalArgumentException("restarts is " + restarts + "; allowed: 1 or more");
        }
    }

    @Override
    public NDArray perturb(Classifier classifier, NDArray images, NDArray labels, ImageSeeds seeds) {
        try (NDManager scope = images.getManager().newSubManager()) {
            scope.tempAttachAll(images, labels);
            NDArray worst = attack.perturb(classifier, images, labels, seeds.derive(0));
            NDArray largest = margins(classifier, worst, labels);
            for (int restart = 1; restart < restarts; restart++) {
                NDArray candidate = attack.perturb(classifier, images, labels, seeds.derive(restart));
                NDArray margin = margins(classifier, candidate, labels);
                NDArray worse = margin.gt(largest).toType(DataType.FLOAT32, false); // (N), 1 where the candidate is
                worst = chosen(worse.reshape(-1, 1, 1, 1), candidate, worst);
                largest = chosen(worse, margin, largest);
            }
            return scope.ret(worst);
        }
    }

    /** The one where the mask is 1 and the other where it is 0; the engine's own choice does not broadcast. */
    private static NDArray chosen(NDArray mask, NDArray one, NDArray other) {
        return one.mul(mask).add(other.mul(mask.sub(1f).neg()));
    }

    /** @return (N) */
    private static NDArray margins(Classifier classifier, NDArray images, NDArray labels) {
        try (NDManager scratch = images.getManager().newSubManager()) {
            scratch.tempAttachAll(images, labels);
            NDArray logits = classifier.logits(images); // (N, K)
            NDArray ofLabel = labels.oneHot((int) logits.getShape().get(1), DataType.FLOAT32);
            NDArray others = logits.add(ofLabel.mul(OUT)).max(new int[] {1});
            NDArray own = logits.mul(ofLabel).sum(new int[] {1});
            return scratch.ret(others.sub(own));
        }
    }
}
