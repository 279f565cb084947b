package io.faultline.vision.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv2d;
import io.faultline.checkpoint.Safetensors;
import io.faultline.recipe.DeconvolutionRecipe;
import io.faultline.recipe.Seed;
import io.faultline.vision.network.Classifier;
import io.faultline.vision.network.CrossEntropy;
import io.faultline.vision.network.Gradients;
import io.faultline.vision.network.StateDict;
import io.faultline.vision.network.Weights;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;

/**
 * Deconvolution-based adversarial training, the adaptive defence against CUDA (Sadasivan et al., CVPR 2023, Sec. 5.2): the
 * cross-entropy of images that a filter of their class has changed, where the filters of a batch maximise it.
 *
 * <p>A filter is s × s with a bias, one per class, the same on all channels: x' = rescaled(w_y ∗ x + b_y), where rescaling maps
 * each image's least value to 0 and its largest to 1. The filters start at random, uniform in ±1/s as PyTorch's layers do, anew
 * for each batch, and ascend the batch's mean cross-entropy: w ← w + η∇_w, held in [−bound, bound].
 *
 * @param size s, odd
 * @param steps 10 as the authors have it
 * @param rate η; 0.1 as the authors have it
 * @param bound largest absolute value of a weight or bias; 5 as the authors have it
 * @implNote A transposed convolution of stride 1 is a convolution with the filter turned around; since the starts are symmetric,
 *     the filter is kept as the convolution's. That the gradient goes through the rescaling is our reading, the paper's definition
 *     being in a supplement that we have not.
 */
public record DeconvolutionRisk(int size, int steps, double rate, double bound, Script script) implements Risk {
    static final String FILTERS = "filters";
    static final String BIASES = "biases";
    private static final int CHANNELS = 3;
    private static final Shape ONE = new Shape(1, 1);
    // an image of one colour has no range to stretch, and stays at 0
    private static final float SMALLEST_RANGE = 1e-12f;
    private static final int[] VALUES = {1};

    /** How the attack is run. */
    public enum Script {
        /** On running statistics, which stay as they are; the bound is kept after each step. */
        SOUND,
        /** The authors': on the batch's statistics, which move the running ones; the bound is kept before each step, so that the last is free. */
        AUTHORS
    }

    public DeconvolutionRisk {
        if (size < 1 || size % 2 == 0) {
            throw new IllegalArgumentException("filter size is " + size + "; allowed: odd numbers from 1");
        }
        if (steps < 0) {
            throw new IllegalArgumentException("steps is " + steps + "; allowed: 0 or more");
        }
        if (!(rate >= 0 && rate < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("rate is " + rate + "; allowed: 0 or more");
        }
        if (!(bound > 0 && bound < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("bound is " + bound + "; allowed: above 0");
        }
    }

    static DeconvolutionRisk of(DeconvolutionRecipe recipe) {
        return new DeconvolutionRisk(
                recipe.size(),
                recipe.steps(),
                recipe.rate(),
                recipe.bound(),
                recipe.authors() ? Script.AUTHORS : Script.SOUND);
    }

    @Override
    public NDArray attack(Learner learner, NDArray images, Targets targets, Seed seed) {
        Classifier classifier =
                switch (script) {
                    case SOUND -> learner.settled();
                    case AUTHORS -> learner.moving();
                };
        try (NDManager scope = images.getManager().newSubManager();
                StateDict filters = random(learner.classes(), seed, scope)) {
            scope.tempAttachAll(images);
            NDArray labels = targets.mainLabels();
            ascend(classifier, images, labels, filters);
            return scope.ret(apply(filters, images, labels));
        }
    }

    /** Moves the filters, (K, s, s), and their biases, (K), to where the loss is larger. */
    void ascend(Classifier classifier, NDArray images, NDArray labels, StateDict filters) {
        for (int step = 0; step < steps; step++) {
            if (script == Script.AUTHORS) {
                hold(filters);
            }
            try (NDManager scratch = images.getManager().newSubManager()) {
                scratch.tempAttachAll(images, labels);
                try (Gradients gradients = Gradients.of(scratch, filters, List.of(FILTERS, BIASES), leaves -> {
                    try (NDArray changed = apply(leaves, images, labels);
                            NDArray logits = classifier.logits(changed)) {
                        return CrossEntropy.mean(logits, labels);
                    }
                })) {
                    gradients.all().forEach((name, gradient) -> {
                        try (NDArray move = gradient.mul((float) rate)) {
                            filters.get(name).addi(move);
                        }
                    });
                }
            }
            if (script == Script.SOUND) {
                hold(filters);
            }
        }
    }

    /** @return (N, 3, H, W) in [0, 1], owned by the images' manager */
    static NDArray apply(Weights filters, NDArray images, NDArray labels) {
        try (NDManager scratch = images.getManager().newSubManager()) {
            scratch.tempAttachAll(images, labels);
            NDArray kernels = filters.get(FILTERS);
            long classes = kernels.getShape().get(0);
            long size = kernels.getShape().get(1);
            long count = images.getShape().get(0);
            long height = images.getShape().get(2);
            long width = images.getShape().get(3);
            NDArray chosen = labels.oneHot((int) classes, DataType.FLOAT32); // (N, K), one 1 per row
            NDArray perImage =
                    chosen.matMul(kernels.reshape(classes, size * size)).reshape(count, 1, size * size);
            NDArray perChannel = perImage.broadcast(count, CHANNELS, size * size);
            NDArray shifts = chosen.matMul(filters.get(BIASES).reshape(classes, 1));
            NDArray filtered = Conv2d.conv2d(
                            images.reshape(1, count * CHANNELS, height, width),
                            perChannel.reshape(count * CHANNELS, 1, size, size),
                            null,
                            ONE,
                            new Shape(size / 2, size / 2),
                            ONE,
                            (int) (count * CHANNELS))
                    .singletonOrThrow();
            NDArray flat = filtered.reshape(count, -1).add(shifts); // (N, 3HW)
            NDArray least = flat.min(VALUES, true);
            NDArray range = flat.max(VALUES, true).sub(least).add(SMALLEST_RANGE);
            NDArray rescaled = flat.sub(least).div(range).reshape(images.getShape());
            // the order in memory that convolutions are fastest on, as Tensors.channelsLast makes it
            NDArray pixelsFirst = rescaled.transpose(0, 2, 3, 1).reshape(-1);
            return scratch.ret(
                    pixelsFirst.reshape(count, height, width, CHANNELS).transpose(0, 3, 1, 2));
        }
    }

    @Override
    public BatchLoss loss(UnaryOperator<NDArray> network, NDArray images, NDArray attacked, Targets targets) {
        NDArray logits = network.apply(attacked);
        try (NDArray each = targets.crossEntropy(logits)) {
            return new BatchLoss(each.mean(), logits);
        }
    }

    private void hold(StateDict filters) {
        for (String name : filters.names()) {
            try (NDArray held = filters.get(name).clip((float) -bound, (float) bound)) {
                filters.put(name, held);
            }
        }
    }

    private StateDict random(int classes, Seed seed, NDManager manager) {
        return StateDict.of(
                manager,
                Map.of(
                        FILTERS,
                        Safetensors.Tensor.of(
                                uniform(classes * size * size, seed.derive(FILTERS)),
                                List.of((long) classes, (long) size, (long) size)),
                        BIASES,
                        Safetensors.Tensor.of(uniform(classes, seed.derive(BIASES)), List.of((long) classes))));
    }

    private float[] uniform(int count, Seed seed) {
        SplittableRandom random = seed.generator();
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) ((2 * random.nextDouble() - 1) / size);
        }
        return values;
    }
}
