package io.faultline.rift;

import io.faultline.artifact.ArtifactStore;
import io.faultline.artifact.CheckpointStore;
import io.faultline.artifact.ContentWriter;
import io.faultline.artifact.FileSystemArtifactStore;
import io.faultline.artifact.FileSystemCheckpointStore;
import io.faultline.artifact.FileSystemOutcomeLedger;
import io.faultline.event.JobId;
import io.faultline.worker.Checkpoints;
import io.faultline.worker.ProgressPhase;
import io.faultline.worker.RememberedValues;
import io.faultline.worker.StageContext;
import io.faultline.worker.StageStoppedException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** A stage's surroundings without a broker: real stores, phases kept for the test. */
final class RecordedContext implements StageContext, Checkpoints {
    private final JobId jobId = new JobId(new UUID(0, 1));
    private final ArtifactStore artifacts;
    private final RememberedValues remembered;
    private final CheckpointStore checkpoints;
    /** Of no other context's work, though they may share a directory. */
    private final String work = (UUID.randomUUID().toString() + UUID.randomUUID()).replace("-", "");

    private final List<String> phases = new ArrayList<>();
    private long checksLeft = Long.MAX_VALUE;

    RecordedContext(Path directory) {
        artifacts = new FileSystemArtifactStore(directory);
        checkpoints = new FileSystemCheckpointStore(directory);
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
        return checkpoints.open(work, name);
    }

    @Override
    public boolean exists(String name) {
        return checkpoints.exists(work, name);
    }

    @Override
    public void write(String name, ContentWriter content) {
        checkpoints.write(work, name, content);
    }
}
