package io.faultline.vision;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The devices of one pod that one training is computed on: the processor, or one or several GPUs, each of which takes a share of
 * every batch. The first also keeps weights and optimiser, takes the steps, and measures.
 *
 * <p>The processor may be named several times: as many replicas then run one after another, no faster than one. That is how several
 * devices are tried where there is no GPU.
 *
 * @param devices of one kind, at least one, no GPU twice; whether the machine has them is asked by {@link #open()}
 */
public record ComputeDevices(List<Device> devices) {
    private static final Pattern NAME = Pattern.compile("(cpu)|gpu(0|[1-9]\\d{0,3})");
    private static final String ALLOWED = "allowed: cpu, gpu0, or several GPUs such as gpu0,gpu1";

    /** @throws IllegalArgumentException if there is none, a processor beside a GPU, or a GPU twice */
    public ComputeDevices {
        devices = List.copyOf(devices);
        String names = names(devices);
        if (devices.isEmpty()) {
            throw new IllegalArgumentException("no device is named; " + ALLOWED);
        }
        long processors = devices.stream().filter(ComputeDevices::isCpu).count();
        if (processors > 0 && processors < devices.size()) {
            throw new IllegalArgumentException("devices are '" + names
                    + "', processor and GPU mixed, of which the slower would hold up the other at every step; "
                    + ALLOWED);
        }
        if (processors == 0 && new HashSet<>(devices).size() < devices.size()) {
            throw new IllegalArgumentException(
                    "devices are '" + names + "', of which one is named twice; name each GPU once");
        }
    }

    /**
     * Reads a list such as {@code gpu0,gpu1}, without asking the machine.
     *
     * @throws IllegalArgumentException saying what is wrong with it
     */
    public static ComputeDevices parse(String names) {
        List<Device> devices = new ArrayList<>();
        for (String name :
                Arrays.stream(names.split(",", -1)).map(String::strip).toList()) {
            Matcher matcher = NAME.matcher(name);
            if (!matcher.matches()) {
                throw new IllegalArgumentException("device is '" + name + "' in '" + names + "'; " + ALLOWED);
            }
            devices.add(matcher.group(1) == null ? Device.gpu(Integer.parseInt(matcher.group(2))) : Device.cpu());
        }
        return new ComputeDevices(devices);
    }

    /** The one device of some memory. */
    public static ComputeDevices of(NDManager manager) {
        return new ComputeDevices(List.of(manager.getDevice()));
    }

    /**
     * Opens all of them.
     *
     * @return the root of the memory of one piece of work, on the first device; memory on the others is taken below it, for as long
     *     as it is needed. The caller closes it
     * @throws IllegalArgumentException if the machine lacks one of them
     */
    public NDManager open() {
        devices.stream().skip(1).forEach(other -> ComputeDevice.open(name(other))
                .close());
        return ComputeDevice.open(name(devices.get(0)));
    }

    /** Whether it is the processor. */
    public boolean onCpu() {
        return isCpu(devices.get(0));
    }

    /** As {@link #parse} reads them. */
    public String names() {
        return names(devices);
    }

    private static String names(List<Device> devices) {
        return devices.stream().map(ComputeDevices::name).collect(Collectors.joining(","));
    }

    private static String name(Device device) {
        return isCpu(device) ? "cpu" : "gpu" + device.getDeviceId();
    }

    private static boolean isCpu(Device device) {
        return device.equals(Device.cpu());
    }
}
