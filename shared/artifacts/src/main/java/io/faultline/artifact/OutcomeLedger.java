package io.faultline.artifact;

import java.util.Optional;

/**
 * The outcome of each finished stage under the stage's fingerprint, written once: of several writers the first wins, and
 * every writer reads the winner's.
 */
public interface OutcomeLedger {
    /**
     * @param fingerprint 64 lower-case hexadecimal digits
     * @return the outcome's JSON in UTF-8
     */
    Optional<byte[]> find(String fingerprint);

    /**
     * Records an outcome unless there is one already.
     *
     * @return the recorded outcome: the argument, or what an earlier writer recorded
     */
    byte[] recordIfAbsent(String fingerprint, byte[] outcome);
}
