package io.faultline.gateway.checkpoint;

import io.faultline.artifact.ArtifactId;
import io.faultline.artifact.ArtifactKind;
import io.faultline.artifact.ArtifactRef;
import io.faultline.artifact.ArtifactStore;
import io.faultline.gateway.dataset.ArtifactIntake;
import io.faultline.job.UploadedCheckpoint;
import io.faultline.recipe.Recipe;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.jboss.logging.Logger;

/**
 * Takes files of weights into the store.
 *
 * @implNote only their first bytes are looked at here; the trainer reads them, by a reader that builds nothing but tensors
 */
@ApplicationScoped
public class UploadedCheckpoints {
    private static final Logger LOG = Logger.getLogger(UploadedCheckpoints.class);

    private final ArtifactIntake intake;
    private final ArtifactStore store;

    UploadedCheckpoints(ArtifactIntake intake, ArtifactStore store) {
        this.intake = intake;
        this.store = store;
    }

    /**
     * Stores a file while it comes in. Of a refused one nothing stays behind.
     *
     * @throws RefusedCheckpointException if it begins like no file of weights
     */
    public UploadedCheckpoint accept(InputStream file) {
        UploadedCheckpoint accepted = intake.accept(
                file, ArtifactKind.CHECKPOINT_SOURCE, stored -> new UploadedCheckpoint(stored, form(stored)));
        LOG.infof(
                "checkpoint accepted artifact=%s bytes=%d form=%s",
                accepted.artifact().id(), accepted.artifact().size(), accepted.form());
        return accepted;
    }

    /** @throws UnknownCheckpointException if the recipe starts from weights that the store does not hold */
    public void requireStart(Recipe recipe) {
        if (recipe.training() == null || recipe.training().start() == null) {
            return;
        }
        ArtifactId start = recipe.training().start().checkpoint();
        if (!store.contains(start)) {
            throw new UnknownCheckpointException(start);
        }
    }

    private String form(ArtifactRef stored) {
        try (InputStream in = store.open(stored.id())) {
            return CheckpointForm.of(in.readNBytes(CheckpointForm.BYTES_NEEDED), stored.size())
                    .wireName();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
