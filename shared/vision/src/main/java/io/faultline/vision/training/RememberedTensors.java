package io.faultline.vision.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.faultline.checkpoint.InvalidCheckpointException;
import io.faultline.checkpoint.Safetensors;
import io.faultline.vision.network.Tensors;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** One tensor for each weight that an optimiser has moved, by the weight's name. */
final class RememberedTensors {
    private final String prefix;
    private final NDManager manager;
    private final Map<String, NDArray> tensors = new LinkedHashMap<>();

    /**
     * @param prefix of the names in a file
     * @param manager owns the tensors
     */
    RememberedTensors(String prefix, NDManager manager) {
        this.prefix = prefix;
        this.manager = manager;
    }

    boolean has(String name) {
        return tensors.containsKey(name);
    }

    NDArray get(String name) {
        return tensors.get(name);
    }

    /** Takes a tensor over. */
    void put(String name, NDArray tensor) {
        tensor.attach(manager);
        tensors.put(name, tensor);
    }

    Map<String, Safetensors.Tensor> export() {
        Map<String, Safetensors.Tensor> exported = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> exported.put(prefix + name, Tensors.save(tensor)));
        return exported;
    }

    /** @throws InvalidCheckpointException if one is missing */
    void restore(Map<String, Safetensors.Tensor> exported, Collection<String> names) {
        tensors.values().forEach(NDArray::close);
        tensors.clear();
        for (String name : names) {
            Safetensors.Tensor tensor = exported.get(prefix + name);
            if (tensor == null) {
                throw new InvalidCheckpointException("'" + prefix + name
                        + "' is missing, which the optimiser needs to go on; train from the start, or with the optimiser"
                        + " that left the checkpoint");
            }
            put(name, Tensors.load(tensor, manager));
        }
    }
}
