package io.faultline.measurement;

import io.faultline.recipe.DevicePreference;
import io.faultline.worker.WorkRejectedException;

/**
 * The device of this replica, where a recipe may be computed on it.
 *
 * @param own {@code cpu}, or {@code gpu0} and so on
 * @param setting the property that says so
 */
public record RequestedDevice(String own, String setting) {
    private static final String CPU = "cpu";

    /**
     * @return the device's name
     * @throws WorkRejectedException if the recipe asks for another: what is meant for a GPU would take weeks on a CPU, and nobody
     *     would see why
     */
    public String require(DevicePreference asked) {
        boolean cpu = own.equals(CPU);
        switch (asked) {
            case ANY -> {
                // whatever there is
            }
            case CPU -> refuseUnless(cpu, "a CPU", CPU);
            case GPU -> refuseUnless(!cpu, "a GPU", "gpu0");
        }
        return own;
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
