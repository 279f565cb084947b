package io.faultline.worker;

import io.faultline.event.JobId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The jobs that no longer need a result, since their owners cancelled them or a part of them failed: the newest of them, and
 * whoever works on one. Safe for several threads.
 */
final class CancelledJobs {
    private final Set<JobId> cancelled;
    private final Map<JobId, Runnable> working = new HashMap<>();

    /** @param remembered how many; older ones are forgotten, and their work, should it still come, is done in vain */
    CancelledJobs(int remembered) {
        this.cancelled = Collections.newSetFromMap(new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<JobId, Boolean> eldest) {
                return size() > remembered;
            }
        });
    }

    void cancel(JobId job) {
        List<Runnable> told = new ArrayList<>();
        synchronized (this) {
            cancelled.add(job);
            if (working.containsKey(job)) {
                told.add(working.get(job));
            }
        }
        told.forEach(Runnable::run);
    }

    /** Does work that {@code onCancel} can stop: it is called at once if the job is cancelled already. */
    <T> T during(JobId job, Runnable onCancel, Supplier<T> work) {
        boolean already;
        synchronized (this) {
            working.put(job, onCancel);
            already = cancelled.contains(job);
        }
        try {
            if (already) {
                onCancel.run();
            }
            return work.get();
        } finally {
            synchronized (this) {
                working.remove(job);
            }
        }
    }
}
