package io.faultline.vision;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;

/**
 * Where a process computes: the first thing it asks of this module.
 *
 * <p>Settings of the engine are made once per process, at the first use, unless system properties of the same name say
 * otherwise: as many threads as the process may use processors (a container's limit, not the machine's cores), and no calls
 * to the network, neither for libraries nor for the engine's usage statistics.
 */
public final class ComputeDevice {
    private static final String ENGINE = "PyTorch";
    private static final String THREADS = "ai.djl.pytorch.num_threads";
    private static final String OFFLINE = "ai.djl.offline";

    private ComputeDevice() {}

    /**
     * Opens a device.
     *
     * @param name {@code cpu}, or {@code gpu0} and so on
     * @return the root of the memory of one piece of work, which the caller closes
     * @throws IllegalArgumentException if the machine has no such device
     */
    public static NDManager open(String name) {
        setIfAbsent(THREADS, Integer.toString(Runtime.getRuntime().availableProcessors()));
        setIfAbsent(OFFLINE, "true");
        KeptMemory.enable(System.getenv());
        Engine engine = Engine.getEngine(ENGINE);
        Device device = device(name, engine);
        return engine.newBaseManager(device);
    }

    private static Device device(String name, Engine engine) {
        int gpus = engine.getGpuCount();
        if (name.equals("cpu")) {
            return Device.cpu();
        }
        for (int gpu = 0; gpu < gpus; gpu++) {
            if (name.equals("gpu" + gpu)) {
                return Device.gpu(gpu);
            }
        }
        throw new IllegalArgumentException("device is '" + name + "'; this machine has cpu"
                + (gpus == 0 ? " alone" : " and gpu0 to gpu" + (gpus - 1)));
    }

    private static void setIfAbsent(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }
}
