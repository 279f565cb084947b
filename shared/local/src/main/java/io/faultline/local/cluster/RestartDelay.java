package io.faultline.local.cluster;

import java.time.Duration;

/**
 * How long a member that ended by itself is left before it is started again: longer each time, so that one that cannot run
 * does not take the machine with it.
 *
 * @param first after the first end, and after each that follows a steady run
 * @param most never longer than this
 */
record RestartDelay(Duration first, Duration most) {
    static final RestartDelay DEFAULT = new RestartDelay(Duration.ofSeconds(1), Duration.ofSeconds(30));

    /** A run of this length makes what was before forgotten. */
    static final Duration STEADY = Duration.ofMinutes(1);

    /** @param endsInARow how often it has ended without a steady run between, this time included; at least 1 */
    Duration after(int endsInARow) {
        Duration delay = first;
        for (int i = 1; i < endsInARow && delay.compareTo(most) < 0; i++) {
            delay = delay.multipliedBy(2);
        }
        return delay.compareTo(most) < 0 ? delay : most;
    }
}
