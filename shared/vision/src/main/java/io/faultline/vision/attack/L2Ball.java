package io.faultline.vision.attack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.faultline.recipe.ThreatModel;
import io.faultline.vision.network.Tensors;
import java.util.Arrays;

/**
 * The Euclidean length of an image's perturbation may be at most ε.
 *
 * @param radius ε, with pixels in [0, 1]
 */
public record L2Ball(double radius) implements PerturbationBall {
    // keeps a zero gradient from being divided by its length; the reference AutoAttack's value, far below what matters
    private static final float SMALLEST_LENGTH = 1e-12f;
    private static final int[] PIXELS = {1, 2, 3};

    public L2Ball {
        if (!(radius >= 0 && radius < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("radius is " + radius + "; allowed: 0 or more");
        }
    }

    @Override
    public ThreatModel threatModel() {
        return ThreatModel.L2;
    }

    /**
     * @implNote a uniform direction, and a length that is uniform up to ε: what torchattacks does, which both papers' scripts
     *     call. That is not uniform in the ball, whose volume lies almost all at its surface
     */
    @Override
    public NDArray randomStart(NDArray images, ImageSeeds seeds) {
        float[] lengths = new float[seeds.count()];
        for (int i = 0; i < lengths.length; i++) {
            lengths[i] = (float) (seeds.get(i).derive("length").generator().nextDouble() * radius);
        }
        return start(images, seeds.derive("direction"), lengths);
    }

    @Override
    public NDArray surfaceStart(NDArray images, ImageSeeds seeds) {
        float[] lengths = new float[seeds.count()];
        Arrays.fill(lengths, (float) radius);
        return start(images, seeds, lengths);
    }

    private NDArray start(NDArray images, ImageSeeds directions, float[] lengths) {
        try (NDManager scratch = images.getManager().newSubManager()) {
            scratch.tempAttachAll(images);
            NDArray noise = Noise.normal(images, scratch, directions);
            NDArray moved = steepest(noise).muli(Tensors.of(scratch, lengths, new Shape(lengths.length, 1, 1, 1)));
            return scratch.ret(moved.addi(images).clip(0f, 1f));
        }
    }

    @Override
    public NDArray steepest(NDArray gradient) {
        try (NDManager scratch = gradient.getManager().newSubManager()) {
            scratch.tempAttachAll(gradient);
            return scratch.ret(gradient.div(lengths(gradient).addi(SMALLEST_LENGTH)));
        }
    }

    @Override
    public NDArray project(NDArray candidates, NDArray images) {
        try (NDManager scratch = candidates.getManager().newSubManager()) {
            scratch.tempAttachAll(candidates, images);
            NDArray moved = candidates.sub(images);
            NDArray length = lengths(moved).maximum(SMALLEST_LENGTH);
            NDArray factor = scratch.create((float) radius).div(length).minimum(1f); // (N, 1, 1, 1)
            return scratch.ret(moved.muli(factor).addi(images).clip(0f, 1f));
        }
    }

    @Override
    public NDArray distance(NDArray candidates, NDArray images) {
        try (NDManager scratch = candidates.getManager().newSubManager()) {
            scratch.tempAttachAll(candidates, images);
            return scratch.ret(lengths(candidates.sub(images)).reshape(-1));
        }
    }

    /** @return (N, 1, 1, 1) */
    private static NDArray lengths(NDArray perturbation) {
        return perturbation.square().sum(PIXELS, true).sqrt();
    }
}
