package io.faultline.rift;

import io.faultline.artifact.ArtifactKind;
import io.faultline.artifact.ArtifactRef;
import io.faultline.artifact.ArtifactStore;
import io.faultline.dataset.DatasetForm;
import io.faultline.dataset.DatasetManifest;
import io.faultline.dataset.DatasetWriter;
import io.faultline.dataset.ImageDataset;
import io.faultline.dataset.LabeledImages;
import io.faultline.event.JobId;
import io.faultline.event.ModelReady;
import io.faultline.recipe.AttackRecipe;
import io.faultline.recipe.CriticalityRecipe;
import io.faultline.recipe.DevicePreference;
import io.faultline.recipe.FineTuningRecipe;
import io.faultline.recipe.InterpolationRecipe;
import io.faultline.recipe.Ratio;
import io.faultline.recipe.Recipe;
import io.faultline.recipe.RiftRecipe;
import io.faultline.recipe.Seed;
import io.faultline.recipe.SgdRecipe;
import io.faultline.recipe.SyntheticDatasetRecipe;
import io.faultline.recipe.TrainingRecipe;
import io.faultline.report.Accuracy;
import io.faultline.report.DatasetReport;
import io.faultline.report.TrainingReport;
import java.util.List;

/**
 * A job whose network is {@link GoldenNetwork}'s and whose images are its clean ones, in both splits. Seed and rate are such that
 * fine-tuning gains something.
 */
final class GoldenJob {
    static final int MODULES = 21;
    static final int IMAGES = 48;
    static final int HELD_OUT = 24;

    private static final List<String> CLASSES = List.of("a", "b", "c", "d");
    private static final AttackRecipe ATTACK =
            new AttackRecipe(null, Ratio.of(4, 255), Ratio.of(2, 255), 2, null, null);

    private GoldenJob() {}

    /** Of one round and two epochs. */
    static RiftRecipe rift(List<Double> alphas) {
        return new RiftRecipe(
                criticality(null),
                null,
                new FineTuningRecipe(2, 16, sgd(), null),
                new InterpolationRecipe(alphas, 0, 100.0, null),
                null,
                1,
                null);
    }

    static CriticalityRecipe criticality(Integer examples) {
        return new CriticalityRecipe(null, 0.1, 1, 0.05, 8, null, examples, null);
    }

    private static SgdRecipe sgd() {
        return new SgdRecipe(0.3, null, null, null);
    }

    /** Leaves data set and checkpoint in the store. */
    static ModelReady modelReady(ArtifactStore store, JobId job, RiftRecipe rift) {
        LabeledImages images = GoldenNetwork.cleanImages();
        return modelReady(store, job, rift, new ImageDataset(DatasetForm.IMAGE_FOLDER, CLASSES, images, images));
    }

    static ModelReady modelReady(ArtifactStore store, JobId job, RiftRecipe rift, DevicePreference device) {
        LabeledImages images = GoldenNetwork.cleanImages();
        return modelReady(
                store, job, rift, new ImageDataset(DatasetForm.IMAGE_FOLDER, CLASSES, images, images), device);
    }

    static ModelReady modelReady(ArtifactStore store, JobId job, RiftRecipe rift, ImageDataset dataset) {
        return modelReady(store, job, rift, dataset, null);
    }

    private static ModelReady modelReady(
            ArtifactStore store, JobId job, RiftRecipe rift, ImageDataset dataset, DevicePreference device) {
        ArtifactRef data = store.write(
                ArtifactKind.DATASET_CLEAN, out -> DatasetWriter.write(dataset, DatasetManifest.of(dataset), out));
        ArtifactRef checkpoint =
                store.write(ArtifactKind.CHECKPOINT_TRAINED, out -> out.write(GoldenNetwork.checkpointFile()));
        TrainingRecipe training = new TrainingRecipe(
                null, null, null, null, null, null, ATTACK, null, null, null, null, null, null, null, null, null, 0.5,
                null, ATTACK, null, device);
        Recipe recipe =
                new Recipe("golden", new SyntheticDatasetRecipe(null, null, null), null, training, rift, Seed.of(5));
        return new ModelReady(
                job,
                recipe,
                new DatasetReport(data, dataset.classes(), IMAGES, IMAGES, 0, null, false, 0),
                new TrainingReport(checkpoint, List.of(), new Accuracy(1, 1), new Accuracy(1, 1), null, List.of()));
    }
}
