package io.faultline.vision.attack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.faultline.recipe.ThreatModel;

/**
 * Every channel of every pixel may move by at most ε.
 *
 * @param radius ε as a share of the pixel range, from 0 to 1
 */
public record LinfBall(double radius) implements PerturbationBall {
    public LinfBall {
        if (!(radius >= 0 && radius <= 1)) {
            throw new IllegalArgumentException("radius is " + radius + "; allowed: 0 to 1 of the pixel range");
        }
    }

    @Override
    public ThreatModel threatModel() {
        return ThreatModel.LINF;
    }

    /** Uniform in the ball, then clipped. */
    @Override
    public NDArray randomStart(NDArray images, ImageSeeds seeds) {
        try (NDManager scratch = images.getManager().newSubManager()) {
            scratch.tempAttachAll(images);
            NDArray noise = Noise.uniform(images, scratch, seeds).muli((float) radius);
            return scratch.ret(noise.addi(images).clip(0f, 1f));
        }
    }

    /** Uniform in the cube, then stretched until the largest pixel moves by ε. */
    @Override
    public NDArray surfaceStart(NDArray images, ImageSeeds seeds) {
        try (NDManager scratch = images.getManager().newSubManager()) {
            scratch.tempAttachAll(images);
            NDArray noise = Noise.uniform(images, scratch, seeds);
            NDArray largest = noise.abs().reshape(seeds.count(), -1).max(new int[] {1});
            NDArray moved = noise.divi(largest.reshape(-1, 1, 1, 1)).muli((float) radius);
            return scratch.ret(moved.addi(images).clip(0f, 1f));
        }
    }

    @Override
    public NDArray steepest(NDArray gradient) {
        return gradient.sign();
    }

    @Override
    public NDArray project(NDArray candidates, NDArray images) {
        try (NDManager scratch = candidates.getManager().newSubManager()) {
            scratch.tempAttachAll(candidates, images);
            NDArray moved = candidates.sub(images).clip((float) -radius, (float) radius);
            return scratch.ret(moved.addi(images).clip(0f, 1f));
        }
    }

    @Override
    public NDArray distance(NDArray candidates, NDArray images) {
        try (NDManager scratch = candidates.getManager().newSubManager()) {
            scratch.tempAttachAll(candidates, images);
            NDArray moved = candidates.sub(images).abs();
            return scratch.ret(moved.reshape(moved.getShape().get(0), -1).max(new int[] {1}));
        }
    }
}
