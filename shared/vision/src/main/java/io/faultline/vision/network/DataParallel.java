package io.faultline.vision.network;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;

/**
 * A network that runs on several devices at once, each on its share of the images, as {@code torch.nn.DataParallel} does: images are
 * divided, the shares' logits brought together again. Differentiable in the images, and in what the replicas compute with.
 *
 * <p>So a loss or an attack sees one network and one batch, however many devices there are. All that is no pass through the
 * network, such as random starts, projections and losses, happens on the images' device.
 *
 * @param devices where each replica computes and keeps its weights; the first is the images' own
 * @param replicas the same network on each of them: given images in a device's memory, they answer there
 * @implNote One thread queues the work of all devices. A GPU computes while the next one's work is queued, and the engine runs
 *     backward passes with a thread per device; queueing is what many devices and small shares wait for. A share's memory is below
 *     a manager of its own device, since the engine creates every constant where the manager is.
 */
public record DataParallel(List<Device> devices, List<Classifier> replicas) implements Classifier {
    public DataParallel {
        devices = List.copyOf(devices);
        replicas = List.copyOf(replicas);
        if (devices.size() != replicas.size() || devices.isEmpty()) {
            throw new IllegalArgumentException(
                    replicas.size() + " replicas for " + devices.size() + " devices; one each is needed");
        }
    }

    /**
     * A network folded on each of the devices: what evaluation runs.
     *
     * @param weights on the first device
     * @param manager owns what is folded, on all devices; the classifier is of no use once it is closed
     */
    public static Classifier folded(
            NormalizedNetwork network, StateDict weights, List<Device> devices, NDManager manager) {
        List<Classifier> replicas = new ArrayList<>();
        replicas.add(network.folded(weights, manager));
        for (Device device : devices.subList(1, devices.size())) {
            NDManager memory = manager.newSubManager(device);
            try (StateDict copy = weights.copy(memory)) {
                replicas.add(network.folded(copy, memory));
            }
        }
        return new DataParallel(devices, replicas);
    }

    @Override
    public NDArray logits(NDArray images) {
        Shares shares = Shares.of(Math.toIntExact(images.getShape().get(0)), devices.size());
        if (shares.devices() == 1) {
            return replicas.get(0).logits(images);
        }
        try (NDManager scope = images.getManager().newSubManager()) {
            NDList parts = images.split(shares.cuts(), 0);
            parts.attach(scope);
            NDList answers = new NDList();
            for (int place = 0; place < parts.size(); place++) {
                NDArray share = brought(parts.get(place), scope.newSubManager(devices.get(place)));
                NDArray logits = replicas.get(place).logits(share);
                answers.add(brought(logits, scope));
            }
            return scope.ret(NDArrays.concat(answers)); // (N, K)
        }
    }

    /** The same on a manager's device, and its own. */
    private static NDArray brought(NDArray array, NDManager manager) {
        NDArray there = array.toDevice(manager.getDevice(), false);
        there.attach(manager);
        return there;
    }
}
