package io.faultline.rift;

import io.faultline.artifact.ArtifactStore;
import io.faultline.artifact.ContentWriter;
import io.faultline.artifact.FileSystemArtifactStore;
import io.faultline.artifact.FileSystemOutcomeLedger;
import io.faultline.event.JobId;
import io.faultline.worker.Checkpoints;
import io.faultline.worker.ProgressPhase;
import io.faultline.worker.RememberedValues;
import io.faultline.worker.StageContext;
import io.faultline.worker.StageStoppedException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** A stage's surroundings without a broker: a real store, checkpoints in memory, phases kept for the test. */
final class RecordedContext implements StageContext, Checkpoints {
    private final JobId jobId = new JobId(new UUID(0, 1));
    private final ArtifactStore artifacts;
    private final RememberedValues remembered;
    private final Map<String, byte[]> checkpoints = new HashMap<>();
    private final List<String> phases = new ArrayList<>();
    private long checksLeft = Long.MAX_VALUE;

    RecordedContext(Path directory) {
        artifacts = new FileSystemArtifactStore(directory);
        remembered = new RememberedValues(new FileSystemOutcomeLedger(directory));
    }

    /** The stage is told to stop when it asks for the time after so many. */
    void stopAfter(long checks) {
        checksLeft = checks;
    }

    List<String> phases() {
        return phases;
    }

    @Override
    public JobId jobId() {
        return jobId;
    }

    @Override
    public ArtifactStore artifacts() {
        return artifacts;
    }

    @Override
    public RememberedValues remembered() {
        return remembered;
    }

    @Override
    public Checkpoints checkpoints() {
        return this;
    }

    @Override
    public ProgressPhase beginPhase(String phase, long total, String unit) {
        phases.add(phase + " (" + total + " " + unit + ")");
        return new ProgressPhase() {
            private long done;

            @Override
            public void advance(long units) {
                done += units;
                if (total > 0 && done > total) {
                    throw new AssertionError(phase + " counts " + done + " of " + total + " " + unit);
                }
            }

            @Override
            public void resume(long units) {
                throw new AssertionError("nothing is resumed here");
            }

            @Override
            public void measured(String name, double value) {
                if (!Double.isFinite(value)) {
                    throw new AssertionError(phase + " measured " + name + " = " + value);
                }
            }
        };
    }

    @Override
    public void throwIfStopped() {
        if (checksLeft-- <= 0) {
            throw new StageStoppedException("stopped by the test");
        }
    }

    @Override
    public Optional<InputStream> open(String name) {
        return Optional.ofNullable(checkpoints.get(name)).map(ByteArrayInputStream::new);
    }

    @Override
    public boolean exists(String name) {
        return checkpoints.containsKey(name);
    }

    @Override
    public void write(String name, ContentWriter content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            content.writeTo(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        checkpoints.put(name, bytes.toByteArray());
    }
}
