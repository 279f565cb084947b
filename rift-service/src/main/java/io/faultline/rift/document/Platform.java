package io.faultline.rift.document;

import ai.djl.engine.Engine;
import java.util.Objects;

/**
 * What a refinement ran on, for the record: figures are exact for one platform and thread count alone.
 *
 * @param faultline version of this software
 * @param engine versions of DJL and of the libtorch behind it
 * @param java version and maker of the virtual machine
 * @param system operating system and processor
 */
public record Platform(String faultline, String engine, String java, String system) {
    public Platform {
        Objects.requireNonNull(faultline, "faultline");
        Objects.requireNonNull(engine, "engine");
        Objects.requireNonNull(java, "java");
        Objects.requireNonNull(system, "system");
    }

    /**
     * What this process runs on.
     *
     * @param faultline version of this software
     * @param engine what computes in it
     */
    public static Platform here(String faultline, Engine engine) {
        return new Platform(
                faultline,
                "DJL " + Engine.getDjlVersion() + ", " + engine.getEngineName() + " " + engine.getVersion(),
                Runtime.version() + " (" + System.getProperty("java.vendor") + ")",
                System.getProperty("os.name") + " " + System.getProperty("os.version") + ", "
                        + System.getProperty("os.arch"));
    }
}
