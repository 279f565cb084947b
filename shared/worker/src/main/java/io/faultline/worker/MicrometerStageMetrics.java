package io.faultline.worker;

import io.faultline.event.FailureCode;
import io.faultline.event.StageName;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** Stage metrics as meters: {@code faultline.stage.duration}, {@code reused}, {@code retries}, {@code failures}, {@code busy}. */
@ApplicationScoped
class MicrometerStageMetrics implements StageMetrics {
    private static final String STAGE = "stage";
    private static final String CODE = "code";

    private final MeterRegistry registry;
    private final Map<StageName, AtomicInteger> busy = new EnumMap<>(StageName.class);

    MicrometerStageMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public synchronized void busy(StageName stage, boolean isBusy) {
        busy.computeIfAbsent(
                        stage,
                        name -> registry.gauge("faultline.stage.busy", Tags.of(STAGE, tag(name)), new AtomicInteger()))
                .set(isBusy ? 1 : 0);
    }

    @Override
    public void ran(StageName stage, Duration duration) {
        registry.timer("faultline.stage.duration", STAGE, tag(stage)).record(duration);
    }

    @Override
    public void reused(StageName stage) {
        registry.counter("faultline.stage.reused", STAGE, tag(stage)).increment();
    }

    @Override
    public void retried(StageName stage) {
        registry.counter("faultline.stage.retries", STAGE, tag(stage)).increment();
    }

    @Override
    public void failed(StageName stage, FailureCode code) {
        registry.counter("faultline.stage.failures", STAGE, tag(stage), CODE, tag(code))
                .increment();
    }

    private static String tag(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
