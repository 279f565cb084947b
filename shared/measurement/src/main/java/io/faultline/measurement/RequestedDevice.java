package io.faultline.measurement;

import io.faultline.recipe.DevicePreference;
import io.faultline.vision.ComputeDevices;
import io.faultline.worker.WorkRejectedException;
import java.util.function.Supplier;

/**
 * The device of this replica, or its devices, where a recipe may be computed on them.
 *
 * @param own {@code cpu}, {@code gpu0} and so on, or several GPUs such as {@code gpu0,gpu1}
 * @param setting the property that says so
 */
public record RequestedDevice(String own, String setting) {
    private static final String CPU = "cpu";

    /** @throws IllegalArgumentException if that is no device, nor several of one kind, naming the property */
    public RequestedDevice {
        String written = own;
        own = naming(setting, () -> ComputeDevices.parse(written)).names();
    }

    /**
     * This, of a machine that has it: to be asked for at the start, so that a replica that was set up wrongly does not take work.
     *
     * @throws IllegalArgumentException if a GPU is named that the machine lacks, naming the property
     */
    public RequestedDevice present() {
        ComputeDevices devices = ComputeDevices.parse(own);
        if (!devices.onCpu()) {
            naming(setting, devices::open).close();
        }
        return this;
    }

    /**
     * This, for work that is not divided over devices.
     *
     * @throws IllegalArgumentException if it names several, naming the property
     */
    public RequestedDevice alone() {
        if (ComputeDevices.parse(own).devices().size() > 1) {
            throw new IllegalArgumentException(setting + " is " + own
                    + "; allowed: one device. Start a replica for each: they share the work between them");
        }
        return this;
    }

    /**
     * @return what to compute on
     * @throws WorkRejectedException if the recipe asks for another: what is meant for a GPU would take weeks on a CPU, and nobody
     *     would see why
     */
    public ComputeDevices require(DevicePreference asked) {
        ComputeDevices devices = ComputeDevices.parse(own);
        switch (asked) {
            case ANY -> {
                // whatever there is
            }
            case CPU -> refuseUnless(devices.onCpu(), "a CPU", CPU);
            case GPU -> refuseUnless(!devices.onCpu(), "a GPU", "gpu0");
        }
        return devices;
    }

    private static <T> T naming(String setting, Supplier<T> asked) {
        try {
            return asked.get();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(setting + ": " + e.getMessage(), e);
        }
    }

    private void refuseUnless(boolean fits, String asked, String device) {
        if (!fits) {
            throw new WorkRejectedException(
                    "the recipe asks for " + asked + " and this replica computes on " + own
                            + "; start its service's replicas with " + setting + "=" + device
                            + " alone, or submit with training.device \"any\"",
                    null);
        }
    }
}
