package io.faultline.vision.training;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.faultline.vision.network.Gradients;
import io.faultline.vision.network.Tensors;
import io.faultline.vision.network.Weights;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Adversarial weight perturbation (Wu et al., NeurIPS 2020, Eq. 8 and 9): the gradient is taken at w + v, where v raises the loss
 * of the batch, layer by layer by γ‖w‖ along that layer's gradient: v = γ · ‖w‖ / ‖∇‖ · ∇. The step is then taken from w.
 *
 * @param radius γ: the authors' is 0.01 with adversarial training and 0.005 with TRADES; 0 for no perturbation
 * @param warmupEpochs epochs at the start without it
 * @implNote One step of ascent, as the authors take: a plain SGD step of a copy of the network, whose rate their rescaling takes
 *     out. Their script adds v, steps, and subtracts v, so that weight decay pulls at w + v and a rest of rounding remains; here w
 *     itself is never touched, and decays as it does otherwise. Only weights of convolutions and linear layers move.
 */
public record WeightPerturbation(double radius, int warmupEpochs) {
    /** Leaves weights as they are. */
    public static final WeightPerturbation NONE = new WeightPerturbation(0, 0);

    // the authors' guard against a gradient of nothing
    private static final float SMALLEST_LENGTH = 1e-20f;

    public WeightPerturbation {
        if (!(radius >= 0 && radius < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("radius is " + radius + "; allowed: 0 or more");
        }
        if (warmupEpochs < 0) {
            throw new IllegalArgumentException("warmupEpochs is " + warmupEpochs + "; allowed: 0 or more");
        }
    }

    /** Whether it is made use of. */
    boolean active(int epochsDone) {
        return radius > 0 && epochsDone >= warmupEpochs;
    }

    /**
     * The weights at w + v, on every device that has a copy of them.
     *
     * @param replicas the same weights on each of the devices
     * @param layers names of the weights to move
     * @param buffers names of the running statistics, which the ascent must not move: it works on copies
     * @param loss to ascend
     * @param manager owns what was moved
     */
    List<Weights> perturbed(
            List<Weights> replicas,
            Collection<String> layers,
            Collection<String> buffers,
            Function<List<Weights>, NDArray> loss,
            NDManager manager) {
        Map<String, NDArray> moved = new HashMap<>();
        try (NDManager scratch = manager.newSubManager()) {
            List<Weights> still = replicas.stream()
                    .map(weights -> with(copies(weights, buffers, weights, scratch), weights))
                    .toList();
            try (Gradients gradients = Gradients.ofReplicas(scratch, still, layers, loss)) {
                gradients.all().forEach((name, gradient) -> {
                    NDArray weight = replicas.get(0).get(name);
                    try (NDArray length = weight.norm();
                            NDArray reach = length.mul((float) radius);
                            NDArray steepness = gradient.norm();
                            NDArray guarded = steepness.add(SMALLEST_LENGTH);
                            NDArray factor = reach.div(guarded);
                            NDArray perturbation = gradient.mul(factor)) {
                        NDArray sum = weight.add(perturbation);
                        sum.attach(manager);
                        moved.put(name, sum);
                    }
                });
            }
        }
        List<Weights> perturbed = new ArrayList<>();
        perturbed.add(with(moved, replicas.get(0)));
        for (Weights weights : replicas.subList(1, replicas.size())) {
            perturbed.add(with(copies(moved::get, layers, weights, manager), weights));
        }
        return perturbed;
    }

    /** Copies of some tensors, below the manager, on the device of the weights of the same names. */
    private static Map<String, NDArray> copies(
            Weights source, Collection<String> names, Weights beside, NDManager manager) {
        Map<String, NDArray> copies = new HashMap<>();
        Map<Device, NDManager> owners = new HashMap<>(Map.of(manager.getDevice(), manager));
        for (String name : names) {
            Device device = beside.get(name).getDevice();
            copies.put(name, Tensors.copy(source.get(name), owners.computeIfAbsent(device, manager::newSubManager)));
        }
        return copies;
    }

    private static Weights with(Map<String, NDArray> exchanged, Weights weights) {
        return name -> exchanged.containsKey(name) ? exchanged.get(name) : weights.get(name);
    }
}
