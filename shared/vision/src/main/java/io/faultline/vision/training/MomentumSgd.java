package io.faultline.vision.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.faultline.recipe.SgdRecipe;
import io.faultline.vision.network.Gradients;
import io.faultline.vision.network.Safetensors;
import io.faultline.vision.network.StateDict;
import io.faultline.vision.network.Tensors;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * PyTorch's SGD with momentum and weight decay, without dampening: b ← μb + (g + λw), w ← w − ηb, where b starts as the first
 * g + λw.
 *
 * @implNote not DJL's {@code Sgd}, which folds η into b, so that a change of η changes what the past has left
 */
public final class MomentumSgd implements AutoCloseable {
    private final double momentum;
    private final double weightDecay;
    private final NDManager manager;
    private final Map<String, NDArray> buffers = new LinkedHashMap<>();

    public MomentumSgd(SgdRecipe recipe, NDManager parent) {
        momentum = recipe.momentum();
        weightDecay = recipe.weightDecay();
        manager = parent.newSubManager();
    }

    /** Moves each weight for which there is a gradient, in place. */
    public void step(StateDict weights, Gradients gradients, double learningRate) {
        try (NDManager scratch = manager.newSubManager()) {
            NDArray decay = scratch.create((float) weightDecay);
            NDArray kept = scratch.create((float) momentum);
            NDArray rate = scratch.create((float) learningRate);
            gradients.all().forEach((name, gradient) -> {
                NDArray weight = weights.get(name);
                try (NDArray decayed = weight.mul(decay)) {
                    NDArray direction = decayed.addi(gradient);
                    NDArray buffer = buffers.get(name);
                    if (buffer == null) {
                        buffer = direction.duplicate();
                        buffer.attach(manager);
                        buffers.put(name, buffer);
                    } else {
                        buffer.muli(kept).addi(direction);
                    }
                    try (NDArray move = buffer.mul(rate)) {
                        weight.subi(move);
                    }
                }
            });
        }
    }

    /** The momentum buffers, by the names of their weights; empty before the first step. */
    public Map<String, Safetensors.Tensor> export() {
        Map<String, Safetensors.Tensor> exported = new LinkedHashMap<>();
        buffers.forEach((name, buffer) -> exported.put(name, Tensors.save(buffer)));
        return exported;
    }

    /** Puts back what {@link #export()} gave. */
    public void restore(Map<String, Safetensors.Tensor> exported) {
        buffers.values().forEach(NDArray::close);
        buffers.clear();
        exported.forEach((name, tensor) -> buffers.put(name, Tensors.load(tensor, manager)));
    }

    @Override
    public void close() {
        manager.close();
    }
}
