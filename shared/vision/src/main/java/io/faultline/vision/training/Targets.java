package io.faultline.vision.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.faultline.vision.batch.ImageBatch;
import io.faultline.vision.network.CrossEntropy;
import java.util.function.Function;

/**
 * What the images of a batch are to be taken for: their labels, or, where two images were mixed into one, the labels of both and
 * the share of the first. Labels may be smoothed.
 *
 * <p>The tensors stay their owner's; results are differentiable in the logits, and belong to their manager.
 */
public final class Targets {
    private final NDArray labels;
    private final NDArray others;
    private final NDArray shares;
    private final double smoothing;

    private Targets(NDArray labels, NDArray others, NDArray shares, double smoothing) {
        this.labels = labels;
        this.others = others;
        this.shares = shares;
        this.smoothing = smoothing;
    }

    /**
     * The labels of a batch, mixed as it is.
     *
     * @param smoothing α of {@link CrossEntropy#each(NDArray, NDArray, double)}
     */
    public static Targets of(ImageBatch batch, double smoothing) {
        return batch.mixed()
                ? mixed(batch.labels(), batch.otherLabels(), batch.share(), smoothing)
                : of(batch.labels(), smoothing);
    }

    /** @param labels (N) int64 */
    public static Targets of(NDArray labels, double smoothing) {
        return new Targets(labels, labels, null, smoothing);
    }

    /**
     * Of images that are each mixed from two (Zhang et al., ICLR 2018; Yun et al., ICCV 2019): a loss is λ · loss(labels) + (1 − λ)
     * · loss(others).
     *
     * @param labels (N) int64
     * @param others (N) int64
     * @param shares λ, (N) float32 in [0, 1], in memory that lasts until the backward pass
     */
    public static Targets mixed(NDArray labels, NDArray others, NDArray shares, double smoothing) {
        return new Targets(labels, others, shares, smoothing);
    }

    /** Whether two labels share an image. */
    public boolean mixed() {
        return shares != null;
    }

    /** (N) int64: the first label, by which accuracy in training is counted. */
    public NDArray labels() {
        return labels;
    }

    /** (N) int64: of the two labels the one with the larger share, which an attack that takes one label is given. */
    public NDArray mainLabels() {
        if (!mixed()) {
            return labels;
        }
        try (NDManager scratch = labels.getManager().newSubManager()) {
            scratch.tempAttachAll(labels, others, shares);
            NDArray first = shares.gte(0.5f).toType(DataType.INT64, false); // (N), 1 or 0
            return scratch.ret(labels.mul(first).add(others.mul(first.mul(-1).add(1))));
        }
    }

    /**
     * The cross-entropy of each image.
     *
     * @param logits (N, K)
     * @return (N)
     */
    public NDArray crossEntropy(NDArray logits) {
        return each(asked -> CrossEntropy.each(logits, asked, smoothing));
    }

    /**
     * A loss of each image, mixed as its labels are.
     *
     * @param loss from labels (N) to losses (N)
     * @return (N)
     */
    NDArray each(Function<NDArray, NDArray> loss) {
        if (!mixed()) {
            return loss.apply(labels);
        }
        try (NDArray ofFirst = loss.apply(labels);
                NDArray ofOther = loss.apply(others);
                NDArray difference = ofFirst.sub(ofOther);
                NDArray shared = difference.mul(shares)) {
            return shared.add(ofOther);
        }
    }

    /**
     * The probabilities that a perfect network would give: (1 − α) · [k = y] + α / K.
     *
     * @return (N, K), owned by the labels' manager
     */
    NDArray probabilities(int classes) {
        try (NDArray certain = certain(classes);
                NDArray kept = certain.mul((float) (1 - smoothing))) {
            return kept.add((float) (smoothing / classes));
        }
    }

    /**
     * The same without smoothing.
     *
     * @return (N, K), owned by the labels' manager
     */
    NDArray certain(int classes) {
        if (!mixed()) {
            return oneHot(labels, classes);
        }
        try (NDManager scratch = labels.getManager().newSubManager()) {
            scratch.tempAttachAll(labels, others, shares);
            NDArray other = oneHot(others, classes);
            NDArray first = oneHot(labels, classes);
            return scratch.ret(first.sub(other).mul(shares.reshape(-1, 1)).add(other));
        }
    }

    /** The engine's own leaves another of integers behind. */
    private static NDArray oneHot(NDArray labels, int classes) {
        try (NDManager scratch = labels.getManager().newSubManager()) {
            scratch.tempAttachAll(labels);
            return scratch.ret(labels.oneHot(classes, DataType.FLOAT32));
        }
    }
}
