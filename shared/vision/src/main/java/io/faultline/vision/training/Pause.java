package io.faultline.vision.training;

import java.time.Duration;
import java.util.function.LongSupplier;

/** When a training stops between two steps, so that its state can be kept; asked after each step. */
@FunctionalInterface
public interface Pause {
    /** Not before the epoch ends. */
    Pause NEVER = step -> false;

    /** @param step how many were taken of the whole training */
    boolean after(long step);

    /** After each so many steps of the whole training. */
    static Pause everySteps(int steps) {
        if (steps < 1) {
            throw new IllegalArgumentException("a pause after every " + steps + " steps; allowed: 1 or more");
        }
        return step -> step % steps == 0;
    }

    /** After the step in which so much time has gone by since this was called: for one run. */
    static Pause after(Duration time) {
        return after(time, System::nanoTime);
    }

    /** @param clock nanoseconds from wherever */
    static Pause after(Duration time, LongSupplier clock) {
        long start = clock.getAsLong();
        return step -> clock.getAsLong() - start >= time.toNanos();
    }
}
