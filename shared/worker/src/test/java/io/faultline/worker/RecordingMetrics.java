package io.faultline.worker;

import io.faultline.event.FailureCode;
import io.faultline.event.StageName;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Metrics as the list of what happened. */
final class RecordingMetrics implements StageMetrics {
    final List<String> happened = new CopyOnWriteArrayList<>();

    @Override
    public void busy(StageName stage, boolean busy) {
        happened.add(busy ? "busy" : "idle");
    }

    @Override
    public void ran(StageName stage, Duration duration) {
        happened.add("ran");
    }

    @Override
    public void reused(StageName stage) {
        happened.add("reused");
    }

    @Override
    public void retried(StageName stage) {
        happened.add("retried");
    }

    @Override
    public void failed(StageName stage, FailureCode code) {
        happened.add("failed " + code);
    }
}
