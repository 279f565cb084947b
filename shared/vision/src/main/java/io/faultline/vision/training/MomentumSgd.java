package io.faultline.vision.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.faultline.checkpoint.Safetensors;
import io.faultline.recipe.SgdRecipe;
import io.faultline.vision.network.StateDict;
import java.util.Collection;
import java.util.Map;

/**
 * PyTorch's SGD with momentum and weight decay, without dampening: b ← μb + (g + λw), w ← w − ηb, where b starts as the first
 * g + λw. Nesterov's variant steps along g + λw + μb instead.
 *
 * @implNote not DJL's {@code Sgd}, which folds η into b, so that a change of η changes what the past has left
 */
public final class MomentumSgd implements Optimizer {
    private static final String MOMENTUM = "momentum.";

    private final Settings settings;
    private final NDManager manager;
    private final RememberedTensors buffers;

    /** Whether the step looks ahead. */
    public enum Momentum {
        CLASSICAL,
        NESTEROV
    }

    /**
     * @param momentum μ; above 0 for Nesterov's variant
     * @param weightDecay λ
     */
    public record Settings(double learningRate, double momentum, double weightDecay, Momentum variant)
            implements Optimizer.Settings {
        public Settings {
            if (!(learningRate >= 0)) {
                throw new IllegalArgumentException("learning rate is " + learningRate + "; allowed: 0 or more");
            }
            if (!(momentum >= 0 && momentum <= 1)) {
                throw new IllegalArgumentException("momentum is " + momentum + "; allowed: 0 to 1");
            }
            if (!(weightDecay >= 0)) {
                throw new IllegalArgumentException("weight decay is " + weightDecay + "; allowed: 0 or more");
            }
            if (variant == Momentum.NESTEROV && momentum == 0) {
                throw new IllegalArgumentException(
                        "Nesterov's variant looks ahead along the momentum, which is 0; set it above 0");
            }
        }

        /** A recipe's; the limit of the gradients' norm is the loop's. */
        public static Settings of(SgdRecipe recipe) {
            return new Settings(
                    recipe.learningRate(),
                    recipe.momentum(),
                    recipe.weightDecay(),
                    recipe.nesterov() ? Momentum.NESTEROV : Momentum.CLASSICAL);
        }

        @Override
        public MomentumSgd create(NDManager parent) {
            return new MomentumSgd(this, parent);
        }
    }

    MomentumSgd(Settings settings, NDManager parent) {
        this.settings = settings;
        manager = parent.newSubManager();
        buffers = new RememberedTensors(MOMENTUM, manager);
    }

    @Override
    public void step(StateDict weights, Map<String, NDArray> gradients, double learningRate) {
        try (NDManager scratch = manager.newSubManager()) {
            NDArray decay = scratch.create((float) settings.weightDecay());
            NDArray kept = scratch.create((float) settings.momentum());
            NDArray rate = scratch.create((float) learningRate);
            gradients.forEach((name, gradient) -> {
                NDArray weight = weights.get(name);
                try (NDArray decayed = weight.mul(decay)) {
                    NDArray direction = decayed.addi(gradient);
                    if (buffers.has(name)) {
                        buffers.get(name).muli(kept).addi(direction);
                    } else {
                        buffers.put(name, direction.duplicate());
                    }
                    move(weight, direction, buffers.get(name), kept, rate);
                }
            });
        }
    }

    private void move(NDArray weight, NDArray direction, NDArray buffer, NDArray kept, NDArray rate) {
        switch (settings.variant()) {
            case CLASSICAL -> {
                try (NDArray move = buffer.mul(rate)) {
                    weight.subi(move);
                }
            }
            case NESTEROV -> {
                try (NDArray ahead = buffer.mul(kept)) {
                    weight.subi(ahead.addi(direction).muli(rate));
                }
            }
        }
    }

    @Override
    public Map<String, Safetensors.Tensor> export() {
        return buffers.export();
    }

    @Override
    public void restore(Map<String, Safetensors.Tensor> exported, Collection<String> trained) {
        buffers.restore(exported, trained);
    }

    @Override
    public void close() {
        manager.close();
    }
}
