package io.faultline.trainer;

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
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/** A stage's surroundings without a broker: real stores, progress kept for the test. */
final class RecordedContext implements StageContext, Checkpoints {
    private final JobId jobId = new JobId(new UUID(0, 1));
    private final ArtifactStore artifacts;
    private final RememberedValues remembered;
    private final CheckpointStore checkpoints;
    /** Of no other context's work, though they may share a directory. */
    private final String work = (UUID.randomUUID().toString() + UUID.randomUUID()).replace("-", "");

    private final Map<String, Long> done = new LinkedHashMap<>();
    private final Map<String, Double> measured = new TreeMap<>();
    private int checkpointsUntilStop = Integer.MAX_VALUE;
    private int stepsUntilStop;

    RecordedContext(Path directory) {
        artifacts = new FileSystemArtifactStore(directory);
        checkpoints = new FileSystemCheckpointStore(directory);
        remembered = new RememberedValues(new FileSystemOutcomeLedger(directory));
    }

    /** Stops the stage a few calls of {@link #throwIfStopped()} after it has written that many checkpoints. */
    void stopAfter(int checkpoints, int steps) {
        checkpointsUntilStop = checkpoints;
        stepsUntilStop = steps;
    }

    /** Stops the stage at the given call of {@link #throwIfStopped()} from now on. */
    void stopAt(int calls) {
        checkpointsUntilStop = 0;
        stepsUntilStop = calls;
    }

    void goOn() {
        checkpointsUntilStop = Integer.MAX_VALUE;
    }

    /** Replaces a checkpoint by other bytes. */
    void spoil(String name) {
        checkpoints.write(work, name, out -> out.write(new byte[] {1, 2, 3}));
    }

    /** The phases in order, as "name (total unit)", each with the units that were counted in it. */
    Map<String, Long> phases() {
        return done;
    }

    /** The newest of each figure. */
    Map<String, Double> measured() {
        return measured;
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
        String name = phase + " (" + total + " " + unit + ")";
        done.put(name, 0L);
        return new ProgressPhase() {
            @Override
            public void advance(long units) {
                done.merge(name, units, Long::sum);
            }

            @Override
            public void resume(long units) {
                done.merge(name, units, Long::sum);
            }

            @Override
            public void measured(String figure, double value) {
                measured.put(figure, value);
            }
        };
    }

    @Override
    public void throwIfStopped() {
        if (checkpointsUntilStop <= 0 && stepsUntilStop-- <= 0) {
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
        checkpointsUntilStop--;
    }
}
