package io.faultline.gateway.job;

import io.faultline.event.JobId;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Tells whoever follows a job of its changes, as they are committed. Safe for use by many threads. */
@ApplicationScoped
public class JobFeed {
    private final Map<JobId, List<Consumer<JobView>>> listeners = new ConcurrentHashMap<>();

    /**
     * Follows a job. Views may come in any order and more than once; their versions tell.
     *
     * @return what ends the following
     */
    public Runnable follow(JobId job, Consumer<JobView> listener) {
        listeners.compute(job, (id, others) -> {
            List<Consumer<JobView>> all = others == null ? new CopyOnWriteArrayList<>() : others;
            all.add(listener);
            return all;
        });
        return () -> listeners.computeIfPresent(job, (id, all) -> {
            all.remove(listener);
            return all.isEmpty() ? null : all;
        });
    }

    public void publish(JobView view) {
        listeners.getOrDefault(view.snapshot().id(), List.of()).forEach(listener -> listener.accept(view));
    }

    /** The jobs that somebody follows. */
    public List<JobId> followed() {
        return List.copyOf(listeners.keySet());
    }
}
