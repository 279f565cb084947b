package io.faultline.gateway.dataset;

import io.faultline.artifact.ArtifactId;
import io.faultline.artifact.ArtifactStore;
import io.faultline.job.UploadedDataset;
import io.faultline.json.FaultlineJson;
import io.faultline.recipe.Recipe;
import io.faultline.recipe.SyntheticDatasetRecipe;
import io.faultline.recipe.UploadedDatasetRecipe;
import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Optional;

/** The uploads that were accepted, and whether a recipe fits its data set. */
@ApplicationScoped
public class UploadedDatasets implements PanacheRepositoryBase<UploadedDatasetRow, String> {
    private final ArtifactStore store;
    private final Clock clock;

    UploadedDatasets(ArtifactStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    /**
     * Refuses now what a worker would refuse later.
     *
     * @throws UnknownDatasetException if the recipe names an upload that the store does not hold
     * @throws io.faultline.recipe.InvalidRecipeException if the recipe asks for more than its data set has
     */
    public void requireFit(Recipe recipe) {
        if (recipe.dataset() instanceof UploadedDatasetRecipe uploaded) {
            if (!store.contains(uploaded.artifact())) {
                throw new UnknownDatasetException(uploaded.artifact());
            }
            find(uploaded.artifact())
                    .ifPresent(found -> DatasetFit.of(found, uploaded.choice()).require(recipe, uploaded));
        } else if (recipe.dataset() instanceof SyntheticDatasetRecipe) {
            DatasetFit.SYNTHETIC.require(recipe);
        }
    }

    /** What was found in the data set that a recipe names; empty where it is made, or nothing is known of it. */
    public Optional<UploadedDataset> described(Recipe recipe) {
        return recipe.dataset() instanceof UploadedDatasetRecipe uploaded
                ? find(uploaded.artifact())
                : Optional.empty();
    }

    void keep(UploadedDataset dataset) {
        QuarkusTransaction.requiringNew().run(() -> getEntityManager()
                .createNativeQuery("""
                        insert into uploaded_dataset (sha256, uploaded_at, description)
                        values (:sha256, :now, :description) on conflict do nothing""")
                .setParameter("sha256", dataset.artifact().id().sha256())
                .setParameter("now", clock.instant())
                .setParameter("description", new String(FaultlineJson.canonicalBytes(dataset), StandardCharsets.UTF_8))
                .executeUpdate());
    }

    private Optional<UploadedDataset> find(ArtifactId id) {
        return QuarkusTransaction.requiringNew().call(() -> findByIdOptional(id.sha256())
                .map(row ->
                        FaultlineJson.read(row.description.getBytes(StandardCharsets.UTF_8), UploadedDataset.class)));
    }
}
