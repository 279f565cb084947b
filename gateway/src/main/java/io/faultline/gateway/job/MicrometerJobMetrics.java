package io.faultline.gateway.job;

import io.faultline.job.JobState;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** {@link JobMetrics} for Prometheus. */
@ApplicationScoped
class MicrometerJobMetrics implements JobMetrics {
    private final MeterRegistry registry;
    private final Map<JobState, AtomicLong> jobs = new EnumMap<>(JobState.class);
    private final AtomicLong outboxEvents = new AtomicLong();
    private final AtomicLong outboxOldestMillis = new AtomicLong();

    MicrometerJobMetrics(MeterRegistry registry) {
        this.registry = registry;
        for (JobState state : JobState.values()) {
            AtomicLong count = new AtomicLong();
            jobs.put(state, count);
            Gauge.builder("faultline.jobs", count, AtomicLong::get)
                    .description("Jobs by state")
                    .tag("state", state.name())
                    .register(registry);
        }
        Gauge.builder("faultline.outbox.events", outboxEvents, AtomicLong::get)
                .description("Events decided and not yet with the broker")
                .register(registry);
        Gauge.builder("faultline.outbox.oldest", outboxOldestMillis, millis -> millis.get() / 1000.0)
                .description("Age of the oldest event not yet with the broker")
                .baseUnit("seconds")
                .register(registry);
    }

    @Override
    public void consumed(String topic) {
        registry.counter("faultline.events.consumed", "topic", topic).increment();
    }

    @Override
    public void duplicate(String topic) {
        registry.counter("faultline.events.duplicate", "topic", topic).increment();
    }

    @Override
    public void reemitted() {
        registry.counter("faultline.work.reemitted").increment();
    }

    @Override
    public void observed(Map<JobState, Long> counts, Outbox.Backlog outbox) {
        counts.forEach((state, count) -> jobs.get(state).set(count));
        outboxEvents.set(outbox.events());
        outboxOldestMillis.set(outbox.oldest().toMillis());
    }
}
