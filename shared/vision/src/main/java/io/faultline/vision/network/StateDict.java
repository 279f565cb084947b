package io.faultline.vision.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.faultline.checkpoint.Safetensors;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A network's tensors under PyTorch's names and in PyTorch's order: weights, and the batch norms' running statistics.
 *
 * <p>Owns its memory: every tensor lives in the dict's own manager until {@link #close()}. Tensors are float32, but for
 * {@code num_batches_tracked}, which is an int64 scalar. They never ask for gradients; {@link Gradients} does, on aliases.
 */
public final class StateDict implements Weights, AutoCloseable {
    private final NDManager manager;
    private final Map<String, NDArray> tensors = new LinkedHashMap<>();

    private StateDict(NDManager parent) {
        manager = parent.newSubManager();
    }

    /** Tensors from a file. */
    public static StateDict of(NDManager parent, Map<String, Safetensors.Tensor> tensors) {
        StateDict dict = new StateDict(parent);
        tensors.forEach((name, tensor) -> dict.tensors.put(name, Tensors.load(tensor, dict.manager)));
        return dict;
    }

    /** A copy, in memory of its own, on the parent's device. */
    public StateDict copy(NDManager parent) {
        StateDict copy = new StateDict(parent);
        tensors.forEach((name, tensor) -> copy.tensors.put(name, Tensors.copy(tensor, copy.manager)));
        return copy;
    }

    /** What a file keeps of this. */
    public Map<String, Safetensors.Tensor> export() {
        Map<String, Safetensors.Tensor> exported = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> exported.put(name, Tensors.save(tensor)));
        return exported;
    }

    public List<String> names() {
        return List.copyOf(tensors.keySet());
    }

    @Override
    public NDArray get(String name) {
        NDArray tensor = tensors.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException(
                    "no tensor '" + name + "' in this state dict; it has " + tensors.keySet());
        }
        return tensor;
    }

    /**
     * Replaces a tensor by a copy of another.
     *
     * @throws IllegalArgumentException if there is no such tensor, or it has another shape or type
     */
    public void put(String name, NDArray values) {
        NDArray old = get(name);
        if (!old.getShape().equals(values.getShape()) || old.getDataType() != values.getDataType()) {
            throw new IllegalArgumentException("'" + name + "' is " + values.getDataType() + " " + values.getShape()
                    + "; expected " + old.getDataType() + " " + old.getShape());
        }
        tensors.put(name, own(values.duplicate()));
        old.close();
    }

    @Override
    public void close() {
        manager.close();
    }

    private NDArray own(NDArray tensor) {
        tensor.attach(manager);
        return tensor;
    }
}
