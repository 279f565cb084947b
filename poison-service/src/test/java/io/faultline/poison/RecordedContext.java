package io.faultline.poison;

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
    private final Map<String, byte[]> inMemory = new HashMap<>();
    private final Checkpoints checkpoints;
    private final List<String> phases = new ArrayList<>();
    private long done;
    private boolean stopped;

    RecordedContext(Path directory) {
        artifacts = new FileSystemArtifactStore(directory);
        remembered = new RememberedValues(new FileSystemOutcomeLedger(directory));
        checkpoints = this;
    }

    /** With checkpoints of another kind. */
    RecordedContext(Path directory, Checkpoints checkpoints) {
        artifacts = new FileSystemArtifactStore(directory);
        remembered = new RememberedValues(new FileSystemOutcomeLedger(directory));
        this.checkpoints = checkpoints;
    }

    /** From now on the stage is told to stop. */
    void stop() {
        stopped = true;
    }

    List<String> phases() {
        return phases;
    }

    /** Units counted in the last phase. */
    long done() {
        return done;
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
        return checkpoints;
    }

    @Override
    public ProgressPhase beginPhase(String phase, long total, String unit) {
        phases.add(phase + " (" + total + " " + unit + ")");
        done = 0;
        return new ProgressPhase() {
            @Override
            public void advance(long units) {
                done += units;
            }

            @Override
            public void resume(long units) {
                done += units;
            }

            @Override
            public void measured(String name, double value) {
                throw new AssertionError("nothing is measured here, but " + name);
            }
        };
    }

    @Override
    public void throwIfStopped() {
        if (stopped) {
            throw new StageStoppedException("stopped by the test");
        }
    }

    @Override
    public Optional<InputStream> open(String name) {
        return Optional.ofNullable(inMemory.get(name)).map(ByteArrayInputStream::new);
    }

    @Override
    public boolean exists(String name) {
        return inMemory.containsKey(name);
    }

    @Override
    public void write(String name, ContentWriter content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            content.writeTo(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        inMemory.put(name, bytes.toByteArray());
    }
}
