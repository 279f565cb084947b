package io.faultline.vision.network;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A loss and its gradients with respect to chosen tensors.
 *
 * <p>The gradients are of this loss alone and live until {@link #close()}.
 *
 * @implNote the loss is computed on aliases that share the tensors' memory and alone ask for gradients. So nothing else is
 *     differentiated, and nothing adds up from one call to the next: what DJL's engine would else do with every tensor that
 *     was ever told to require a gradient. One computation at a time per process, which is the engine's limit.
 */
public final class Gradients implements AutoCloseable {
    private final NDManager manager;
    private final Map<String, NDArray> gradients = new LinkedHashMap<>();
    private final NDArray loss;

    private Gradients(
            NDManager parent, List<Weights> replicas, Collection<String> names, Function<List<Weights>, NDArray> loss) {
        manager = parent.newSubManager();
        List<Map<String, NDArray>> leaves =
                replicas.stream().map(weights -> leaves(weights, names)).toList();
        try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
            this.loss = loss.apply(withLeaves(replicas, leaves));
            this.loss.attach(manager);
            if (!names.isEmpty()) {
                collector.backward(this.loss);
            }
        } catch (RuntimeException e) {
            manager.close();
            throw e;
        }
        leaves.forEach(ofReplica -> ofReplica.forEach((name, leaf) -> {
            add(name, leaf.getGradient());
            leaf.close();
        }));
    }

    private Map<String, NDArray> leaves(Weights weights, Collection<String> names) {
        Map<String, NDArray> leaves = new LinkedHashMap<>();
        Map<Device, NDManager> owners = new HashMap<>(Map.of(manager.getDevice(), manager));
        for (String name : names) {
            NDArray leaf = weights.get(name).stopGradient();
            // below a manager of its own device, where the engine creates the constants of what is computed from it
            leaf.attach(owners.computeIfAbsent(leaf.getDevice(), manager::newSubManager));
            leaf.setRequiresGradient(true);
            leaves.put(name, leaf);
        }
        return leaves;
    }

    private static List<Weights> withLeaves(List<Weights> replicas, List<Map<String, NDArray>> leaves) {
        List<Weights> combined = new ArrayList<>();
        for (int place = 0; place < replicas.size(); place++) {
            Weights weights = replicas.get(place);
            Map<String, NDArray> own = leaves.get(place);
            combined.add(name -> own.containsKey(name) ? own.get(name) : weights.get(name));
        }
        return combined;
    }

    /** In the replicas' order, on which the last bits of the sum of three or more depend. */
    private void add(String name, NDArray gradient) {
        NDArray sum = gradients.putIfAbsent(name, gradient);
        if (sum != null) {
            try (NDArray brought = gradient.toDevice(sum.getDevice(), false)) {
                sum.addi(brought);
            }
        }
    }

    /**
     * Computes a loss and its gradients.
     *
     * @param parent of the memory that the gradients take
     * @param names of the tensors to differentiate by; of none, the loss alone is computed
     * @param loss a scalar, computed from the weights it is given
     */
    public static Gradients of(
            NDManager parent, Weights weights, Collection<String> names, Function<Weights, NDArray> loss) {
        return new Gradients(parent, List.of(weights), names, replicas -> loss.apply(replicas.get(0)));
    }

    /**
     * Computes a loss that spans several devices, in one backward pass, and its gradients by tensors of which each device has a
     * copy: the sum over the copies.
     *
     * @param parent of the memory that the gradients take, on the first replica's device
     * @param replicas the same weights, each on its device
     * @param loss a scalar on the first replica's device, computed from the replicas it is given
     */
    public static Gradients ofReplicas(
            NDManager parent, List<Weights> replicas, Collection<String> names, Function<List<Weights>, NDArray> loss) {
        return new Gradients(parent, replicas, names, loss);
    }

    /**
     * The gradient of a loss with respect to one tensor, such as images.
     *
     * @param tensor stays the caller's and as it is
     * @param loss a scalar, computed from an alias of the tensor
     * @return of the tensor's shape, owned by the tensor's manager
     */
    public static NDArray of(NDArray tensor, Function<NDArray, NDArray> loss) {
        NDManager owner = tensor.getManager();
        try (Gradients gradients = of(owner, name -> tensor, List.of(""), weights -> loss.apply(weights.get("")))) {
            NDArray gradient = gradients.get("");
            gradient.attach(owner);
            return gradient;
        }
    }

    /** Scalar. */
    public NDArray loss() {
        return loss;
    }

    /** The gradient by one of the tensors, of its shape; zero where the loss does not depend on it. */
    public NDArray get(String name) {
        NDArray gradient = gradients.get(name);
        if (gradient == null) {
            throw new IllegalArgumentException(
                    "no gradient by '" + name + "' was asked for, but by " + gradients.keySet());
        }
        return gradient;
    }

    /** All gradients, in the order they were asked for. */
    public Map<String, NDArray> all() {
        return Collections.unmodifiableMap(gradients);
    }

    @Override
    public void close() {
        manager.close();
    }
}
