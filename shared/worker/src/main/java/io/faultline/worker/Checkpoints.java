package io.faultline.worker;

import io.faultline.artifact.ContentWriter;
import java.io.InputStream;
import java.util.Optional;

/** The checkpoints of one piece of work. */
public interface Checkpoints {
    /** @return a verified stream that the caller closes */
    Optional<InputStream> open(String name);

    /** Whether there is one of this name; it may yet turn out not to have survived whole. */
    boolean exists(String name);

    /** Replaces the checkpoint of this name, atomically and durably. */
    void write(String name, ContentWriter content);
}
