package io.faultline.worker;

/**
 * One phase of a stage, told to the world as {@code job-progress} with rate and time left; at most a few events a second,
 * so it may be called as often as is convenient. Safe for use by one thread.
 */
public interface ProgressPhase {
    /** Counts units of work as done. */
    void advance(long units);

    /** Counts units of work that were done before this phase began, by another pod or before a crash; they have no rate. */
    void resume(long units);

    /** Notes a figure that was just measured, such as loss; it goes out with the next event. */
    void measured(String name, double value);
}
