package io.faultline.gateway.corruption;

import io.faultline.artifact.ArtifactException;
import io.faultline.artifact.ArtifactId;
import io.faultline.artifact.ArtifactKind;
import io.faultline.artifact.ArtifactRef;
import io.faultline.artifact.ArtifactStore;
import io.faultline.dataset.CorruptedImages;
import io.faultline.dataset.CorruptedSummary;
import io.faultline.dataset.InvalidDatasetException;
import io.faultline.gateway.dataset.ArtifactIntake;
import io.faultline.gateway.dataset.UploadedDatasets;
import io.faultline.job.UploadedCorruptionSet;
import io.faultline.json.FaultlineJson;
import io.faultline.recipe.CorruptionRecipe;
import io.faultline.recipe.Recipe;
import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.jboss.logging.Logger;

/** Takes published corruption sets into the store, and says whether a recipe fits the one it names. */
@ApplicationScoped
public class UploadedCorruptionSets implements PanacheRepositoryBase<UploadedCorruptionSetRow, String> {
    private static final Logger LOG = Logger.getLogger(UploadedCorruptionSets.class);

    private final ArtifactIntake intake;
    private final ArtifactStore store;
    private final UploadedDatasets datasets;
    private final Clock clock;
    /** The names of several hundred thousand files take much memory: one set at a time. */
    private final Semaphore inspection = new Semaphore(1, true);

    UploadedCorruptionSets(ArtifactIntake intake, ArtifactStore store, UploadedDatasets datasets, Clock clock) {
        this.intake = intake;
        this.store = store;
        this.datasets = datasets;
        this.clock = clock;
    }

    /**
     * Stores an archive while it comes in, then looks into it. Of a refused one nothing stays behind.
     *
     * @throws RefusedCorruptionSetException if it is no published corruption set
     */
    public UploadedCorruptionSet accept(InputStream archive) {
        UploadedCorruptionSet accepted = intake.accept(archive, ArtifactKind.CORRUPTIONS_SOURCE, stored -> {
            UploadedCorruptionSet found = inspect(stored);
            keep(found);
            return found;
        });
        LOG.infof(
                "corruption set accepted artifact=%s bytes=%d form=%s",
                accepted.artifact().id(), accepted.artifact().size(), accepted.form());
        return accepted;
    }

    /**
     * Refuses now what a worker would refuse later.
     *
     * @throws UnknownCorruptionSetException if the recipe names a set that the store does not hold
     * @throws io.faultline.recipe.InvalidRecipeException if it asks for what the set does not have, or the set is of another data set
     */
    public void requireFit(Recipe recipe) {
        recipe.publishedCorruptions().forEach((field, asked) -> requireFit(recipe, field, asked));
    }

    private void requireFit(Recipe recipe, String field, CorruptionRecipe asked) {
        if (!store.contains(asked.published())) {
            throw new UnknownCorruptionSetException(asked.published());
        }
        find(asked.published()).map(set -> new CorruptionFit(set, field)).ifPresent(fit -> {
            fit.requireCells(asked);
            datasets.described(recipe).ifPresent(fit::requireLike);
        });
    }

    private UploadedCorruptionSet inspect(ArtifactRef stored) {
        try {
            inspection.acquire();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ArtifactException("the upload was interrupted before it was read", e);
        }
        try {
            return describe(stored, CorruptedImages.inspect(store.localCopy(stored.id())));
        } catch (InvalidDatasetException e) {
            throw new RefusedCorruptionSetException(e);
        } finally {
            inspection.release();
        }
    }

    private static UploadedCorruptionSet describe(ArtifactRef artifact, CorruptedSummary set) {
        return new UploadedCorruptionSet(
                artifact,
                set.form().name(),
                set.corruptions().stream()
                        .map(corruption -> new UploadedCorruptionSet.Corruption(
                                corruption.name(),
                                corruption.severities().stream()
                                        .map(one -> new UploadedCorruptionSet.Severity(one.severity(), one.images()))
                                        .toList()))
                        .toList(),
                set.classes(),
                set.classNames(),
                set.height(),
                set.width());
    }

    private void keep(UploadedCorruptionSet set) {
        QuarkusTransaction.requiringNew().run(() -> getEntityManager()
                .createNativeQuery("""
                        insert into uploaded_corruption_set (sha256, uploaded_at, description)
                        values (:sha256, :now, :description) on conflict do nothing""")
                .setParameter("sha256", set.artifact().id().sha256())
                .setParameter("now", clock.instant())
                .setParameter("description", new String(FaultlineJson.canonicalBytes(set), StandardCharsets.UTF_8))
                .executeUpdate());
    }

    private Optional<UploadedCorruptionSet> find(ArtifactId id) {
        return QuarkusTransaction.requiringNew().call(() -> findByIdOptional(id.sha256())
                .map(row -> FaultlineJson.read(
                        row.description.getBytes(StandardCharsets.UTF_8), UploadedCorruptionSet.class)));
    }
}
