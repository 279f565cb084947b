package io.faultline.trainer;

import io.faultline.recipe.DevicePreference;
import io.faultline.worker.WorkRejectedException;

/** This replica's device, where a recipe may be computed on it. */
final class TrainingDevice {
    private static final String CPU = "cpu";

    private TrainingDevice() {}

    /**
     * @param own this replica's device
     * @throws WorkRejectedException if the recipe asks for another: what is meant for a GPU would take weeks on a CPU, and nobody
     *     would see why
     */
    static String require(String own, DevicePreference asked) {
        boolean cpu = own.equals(CPU);
        switch (asked) {
            case ANY -> {
                // whatever there is
            }
            case CPU -> refuseUnless(cpu, own, "a CPU", CPU);
            case GPU -> refuseUnless(!cpu, own, "a GPU", "gpu0");
        }
        return own;
    }

    private static void refuseUnless(boolean fits, String own, String asked, String setting) {
        if (!fits) {
            throw new WorkRejectedException(
                    "the recipe asks for " + asked + " and this trainer computes on " + own
                            + "; start trainers with faultline.trainer.device=" + setting
                            + " alone, or submit with training.device \"any\"",
                    null);
        }
    }
}
