package io.faultline.trainer;

import io.faultline.artifact.ArtifactKind;
import io.faultline.artifact.ArtifactRef;
import io.faultline.artifact.ArtifactStore;
import io.faultline.dataset.DatasetManifest;
import io.faultline.dataset.DatasetWriter;
import io.faultline.dataset.ImageDataset;
import io.faultline.event.DatasetReady;
import io.faultline.event.JobId;
import io.faultline.recipe.AttackRecipe;
import io.faultline.recipe.AugmentationRecipe;
import io.faultline.recipe.Objective;
import io.faultline.recipe.Recipe;
import io.faultline.recipe.RiftRecipe;
import io.faultline.recipe.Seed;
import io.faultline.recipe.SgdRecipe;
import io.faultline.recipe.SyntheticDatasetRecipe;
import io.faultline.recipe.TrainingRecipe;
import io.faultline.report.DatasetReport;
import java.time.Duration;

/** Jobs that train in seconds. */
final class TinyJobs {
    static final int EPOCHS = 3;

    private TinyJobs() {}

    /** A replica that computes on the CPU. */
    static TrainerConfig onCpu(Duration checkpointInterval) {
        return on("cpu", checkpointInterval);
    }

    /** A replica that computes on some devices. */
    static TrainerConfig on(String device, Duration checkpointInterval) {
        return new TrainerConfig() {
            @Override
            public String device() {
                return device;
            }

            @Override
            public Duration checkpointInterval() {
                return checkpointInterval;
            }
        };
    }

    static TrainingRecipe training(Objective objective, double learningRate) {
        return new TrainingRecipe(
                null,
                2,
                objective,
                AttackRecipe.PGD_10.withSteps(1),
                AttackRecipe.PGD_10.withSteps(2),
                EPOCHS,
                8,
                new SgdRecipe(learningRate, null, null, 5.0),
                null,
                new AugmentationRecipe(1, false),
                null,
                0.25);
    }

    /** Long enough to be killed in the middle of an epoch. */
    static TrainingRecipe longTraining() {
        return longTraining(Objective.ADVERSARIAL, 4);
    }

    static TrainingRecipe longTraining(Objective objective, int epochs) {
        return new TrainingRecipe(
                null,
                4,
                objective,
                AttackRecipe.PGD_10.withSteps(3),
                AttackRecipe.PGD_10.withSteps(3),
                epochs,
                32,
                new SgdRecipe(0.05, null, null, null),
                null,
                null,
                null,
                0.1);
    }

    static Recipe recipe(TrainingRecipe training, RiftRecipe rift, long seed) {
        return new Recipe("tiny", new SyntheticDatasetRecipe(null, null, null), null, training, rift, Seed.of(seed));
    }

    /** The event that a data set is ready, and the data set in the store. */
    static DatasetReady ready(JobId job, ArtifactStore artifacts, ImageDataset dataset, Recipe recipe) {
        ArtifactRef artifact = artifacts.write(
                ArtifactKind.DATASET_CLEAN, out -> DatasetWriter.write(dataset, DatasetManifest.of(dataset), out));
        return new DatasetReady(
                job,
                recipe,
                new DatasetReport(
                        artifact,
                        dataset.classes(),
                        dataset.train().size(),
                        dataset.test().size(),
                        0,
                        null,
                        false,
                        0));
    }
}
