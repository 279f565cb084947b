package io.faultline.rift.criticality;

import java.nio.file.Path;

/**
 * How much memory kept tensors may take. What does not fit goes to a temporary file, from which it comes back bit for bit; no name
 * leads to the file, and its space is free again once the tensors are closed or the process ends.
 *
 * @param bytes of memory, 0 for none
 * @param directory of the temporary files
 */
public record ActivationBudget(long bytes, Path directory) {
    private static final long USUAL_BYTES = 512L << 20;

    public ActivationBudget {
        if (bytes < 0) {
            throw new IllegalArgumentException("an activation budget of " + bytes + " bytes; allowed: 0 or more");
        }
    }

    /** 512 MiB, and the system's directory for temporary files. */
    public static ActivationBudget usual() {
        return new ActivationBudget(USUAL_BYTES, Path.of(System.getProperty("java.io.tmpdir")));
    }
}
