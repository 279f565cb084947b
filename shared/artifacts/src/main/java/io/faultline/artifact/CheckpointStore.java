package io.faultline.artifact;

import java.io.InputStream;
import java.util.Optional;

/**
 * What a stage leaves behind while it works, by the stage's fingerprint and a name, so that whoever gets its event next
 * goes on from there. A later write replaces an earlier one atomically: a reader sees the whole of one of them.
 */
public interface CheckpointStore {
    /** @return a verified stream that the caller closes; empty if there is no such checkpoint or it did not survive whole */
    Optional<InputStream> open(String fingerprint, String name);

    /** Whether there is one of this name; it may yet turn out not to have survived whole. */
    boolean exists(String fingerprint, String name);

    /** When this returns, the checkpoint survives a power cut. */
    void write(String fingerprint, String name, ContentWriter content);

    /**
     * Writes a checkpoint unless there is one of this name: of several writers at once exactly one does.
     *
     * @return whether this one wrote it; then it survives a power cut
     */
    boolean writeIfAbsent(String fingerprint, String name, ContentWriter content);

    /** Removes everything a finished stage left. */
    void clear(String fingerprint);
}
