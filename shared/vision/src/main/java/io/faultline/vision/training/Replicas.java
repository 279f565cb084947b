package io.faultline.vision.training;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.faultline.vision.network.Classifier;
import io.faultline.vision.network.DataParallel;
import io.faultline.vision.network.Shares;
import io.faultline.vision.network.StateDict;
import io.faultline.vision.network.Tensors;
import io.faultline.vision.network.Weights;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.BiFunction;

/**
 * The weights of one batch on every device that takes a share of it: on the first the weights themselves, on the others copies.
 *
 * <p>Each replica normalises its share by the share's own statistics and moves running statistics of its own; {@link #merge} makes
 * one of them: the mean, each weighted by its share of the images.
 *
 * @implNote {@code torch.nn.DataParallel} keeps the first replica's running statistics and throws the others' away. Their mean uses
 *     every image, so that it is as little noisy as one device's, and does not depend on which device is first. For the running
 *     mean it is the whole batch's; for the variance it lacks how much the shares' means differ, as each share's own normalisation
 *     does.
 */
final class Replicas {
    private final Shares shares;
    private final List<Device> devices;
    private final List<NDManager> memories = new ArrayList<>();
    private final List<Weights> weights = new ArrayList<>();

    /**
     * @param state on the first device
     * @param all devices that there are; the last ones may have no share
     * @param scope of the first device; owns the copies on all of them
     */
    Replicas(StateDict state, Shares shares, List<Device> all, NDManager scope) {
        this.shares = shares;
        devices = all.subList(0, shares.devices());
        memories.add(scope);
        weights.add(state);
        for (Device device : devices.subList(1, devices.size())) {
            NDManager memory = scope.newSubManager(device);
            memories.add(memory);
            weights.add(state.copy(memory));
        }
    }

    /** One per device, the first device's first. */
    List<Weights> weights() {
        return List.copyOf(weights);
    }

    /**
     * A network on all of the devices.
     *
     * @param network from a device's weights and memory to what computes there
     */
    Classifier classifier(BiFunction<Weights, NDManager, Classifier> network) {
        return classifier(weights, network);
    }

    /**
     * The same with other weights.
     *
     * @param others one per device
     */
    Classifier classifier(List<Weights> others, BiFunction<Weights, NDManager, Classifier> network) {
        List<Classifier> replicas = new ArrayList<>();
        for (int place = 0; place < others.size(); place++) {
            replicas.add(network.apply(others.get(place), memories.get(place)));
        }
        return new DataParallel(devices, replicas);
    }

    /**
     * Moves the first replica's running statistics, which are the state's, to the mean over the replicas.
     *
     * @param buffers names of the running statistics and their counters, which count alike everywhere
     */
    void merge(Collection<String> buffers) {
        if (shares.devices() == 1) {
            return;
        }
        for (String name : buffers) {
            NDArray own = weights.get(0).get(name);
            if (own.getDataType() == DataType.FLOAT32) {
                merge(name, own);
            }
        }
    }

    /** s ← s + Σ fᵣ (sᵣ − s), f the replicas' shares: exactly s where none has moved it. */
    private void merge(String name, NDArray own) {
        try (NDManager scratch = memories.get(0).newSubManager()) {
            NDArray move = scratch.zeros(own.getShape());
            for (int place = 1; place < devices.size(); place++) {
                NDArray other = Tensors.copy(weights.get(place).get(name), scratch);
                NDArray share = Tensors.of(scratch, new float[] {(float) shares.fraction(place)}, new Shape());
                move.addi(other.subi(own).muli(share));
            }
            own.addi(move);
        }
    }
}
