package io.faultline.vision.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.faultline.checkpoint.InvalidCheckpointException;
import io.faultline.checkpoint.Safetensors;
import io.faultline.recipe.AdamWRecipe;
import io.faultline.vision.network.StateDict;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * PyTorch's AdamW (Loshchilov and Hutter, ICLR 2019), whose decay does not pass through the moments: w ← w − ηλw, m ← β₁m + (1 −
 * β₁)g, v ← β₂v + (1 − β₂)g², w ← w − η · m / (1 − β₁ᵗ) / (√(v / (1 − β₂ᵗ)) + ε).
 */
public final class AdamW implements Optimizer {
    private static final String FIRST = "adam.first.";
    private static final String SECOND = "adam.second.";
    private static final String STEPS = "adam.steps";

    private final Settings settings;
    private final NDManager manager;
    private final RememberedTensors first;
    private final RememberedTensors second;
    private long steps;

    /**
     * @param beta1 kept of the first moment; PyTorch's is 0.9
     * @param beta2 kept of the second moment; PyTorch's is 0.999
     * @param epsilon PyTorch's is 10⁻⁸
     * @param weightDecay λ; PyTorch's is 0.01
     */
    public record Settings(double learningRate, double beta1, double beta2, double epsilon, double weightDecay)
            implements Optimizer.Settings {
        public Settings {
            if (!(learningRate >= 0)) {
                throw new IllegalArgumentException("learning rate is " + learningRate + "; allowed: 0 or more");
            }
            if (!(beta1 >= 0 && beta1 < 1)) {
                throw new IllegalArgumentException("beta1 is " + beta1 + "; allowed: 0 to below 1");
            }
            if (!(beta2 >= 0 && beta2 < 1)) {
                throw new IllegalArgumentException("beta2 is " + beta2 + "; allowed: 0 to below 1");
            }
            if (!(epsilon > 0)) {
                throw new IllegalArgumentException("epsilon is " + epsilon + "; allowed: above 0");
            }
            if (!(weightDecay >= 0)) {
                throw new IllegalArgumentException("weight decay is " + weightDecay + "; allowed: 0 or more");
            }
        }

        /** What a recipe says. */
        public static Settings of(AdamWRecipe recipe) {
            return new Settings(
                    recipe.learningRate(), recipe.beta1(), recipe.beta2(), recipe.epsilon(), recipe.weightDecay());
        }

        @Override
        public AdamW create(NDManager parent) {
            return new AdamW(this, parent);
        }
    }

    AdamW(Settings settings, NDManager parent) {
        this.settings = settings;
        manager = parent.newSubManager();
        first = new RememberedTensors(FIRST, manager);
        second = new RememberedTensors(SECOND, manager);
    }

    @Override
    public void step(StateDict weights, Map<String, NDArray> gradients, double learningRate) {
        steps++;
        double firstScale = 1 - Math.pow(settings.beta1(), steps);
        double secondScale = 1 - Math.pow(settings.beta2(), steps);
        try (NDManager scratch = manager.newSubManager()) {
            NDArray undecayed = scratch.create((float) (1 - learningRate * settings.weightDecay()));
            NDArray firstKept = scratch.create((float) settings.beta1());
            NDArray firstNew = scratch.create((float) (1 - settings.beta1()));
            NDArray secondKept = scratch.create((float) settings.beta2());
            NDArray secondNew = scratch.create((float) (1 - settings.beta2()));
            NDArray rate = scratch.create((float) (learningRate / firstScale));
            NDArray root = scratch.create((float) Math.sqrt(secondScale));
            NDArray epsilon = scratch.create((float) settings.epsilon());
            gradients.forEach((name, gradient) -> {
                if (!first.has(name)) {
                    first.put(name, gradient.zerosLike());
                    second.put(name, gradient.zerosLike());
                }
                try (NDArray fresh = gradient.mul(firstNew)) {
                    first.get(name).muli(firstKept).addi(fresh);
                }
                try (NDArray squared = gradient.square()) {
                    second.get(name).muli(secondKept).addi(squared.muli(secondNew));
                }
                NDArray weight = weights.get(name);
                weight.muli(undecayed);
                try (NDArray spread = second.get(name).sqrt();
                        NDArray move = first.get(name).mul(rate)) {
                    weight.subi(move.divi(spread.divi(root).addi(epsilon)));
                }
            });
        }
    }

    @Override
    public Map<String, Safetensors.Tensor> export() {
        Map<String, Safetensors.Tensor> exported = new LinkedHashMap<>(first.export());
        exported.putAll(second.export());
        exported.put(STEPS, Safetensors.Tensor.of(new long[] {steps}, List.of()));
        return exported;
    }

    @Override
    public void restore(Map<String, Safetensors.Tensor> exported, Collection<String> trained) {
        first.restore(exported, trained);
        second.restore(exported, trained);
        Safetensors.Tensor kept = exported.get(STEPS);
        if (kept == null && !trained.isEmpty()) {
            throw new InvalidCheckpointException("'" + STEPS + "' is missing, which the optimiser needs to go on");
        }
        steps = kept == null ? 0 : kept.longs()[0];
    }

    @Override
    public void close() {
        manager.close();
    }
}
