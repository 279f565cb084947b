package io.faultline.poison;

import io.faultline.artifact.ArtifactNotFoundException;
import io.faultline.dataset.DatasetReader;
import io.faultline.dataset.ImageDataset;
import io.faultline.dataset.InvalidDatasetException;
import io.faultline.dataset.LabeledImages;
import io.faultline.dataset.ReadProgress;
import io.faultline.dataset.StratifiedSplit;
import io.faultline.dataset.SyntheticShapes;
import io.faultline.recipe.DatasetRecipe;
import io.faultline.recipe.Seed;
import io.faultline.recipe.SubsetRecipe;
import io.faultline.recipe.SyntheticDatasetRecipe;
import io.faultline.recipe.UploadedDatasetRecipe;
import io.faultline.worker.ProgressPhase;
import io.faultline.worker.StageContext;
import io.faultline.worker.WorkRejectedException;

/** The data set that a recipe names, as it was before any protection. */
final class CleanDataset {
    private CleanDataset() {}

    /** @throws WorkRejectedException if there is no such upload, it is no data set, or it has too few images */
    static ImageDataset load(DatasetRecipe recipe, StageContext context) {
        if (recipe instanceof SyntheticDatasetRecipe synthetic) {
            context.beginPhase("drawing the synthetic set", 0, "images");
            return SyntheticShapes.generate(synthetic.trainPerClass(), synthetic.testPerClass(), synthetic.seed());
        }
        if (recipe instanceof UploadedDatasetRecipe uploaded) {
            return read(uploaded, context);
        }
        throw new IllegalStateException("no reading of " + recipe.getClass().getSimpleName());
    }

    private static ImageDataset read(UploadedDatasetRecipe uploaded, StageContext context) {
        try {
            ImageDataset whole =
                    DatasetReader.read(context.artifacts().localCopy(uploaded.artifact()), new ReadingPhase(context));
            return uploaded.subset() == null ? whole : draw(whole, uploaded.subset());
        } catch (ArtifactNotFoundException e) {
            throw new WorkRejectedException(
                    "dataset.artifact is " + uploaded.artifact()
                            + ", which was never uploaded here or was deleted; upload"
                            + " the data set again (POST /api/v1/datasets) and use the id of the answer",
                    e);
        } catch (InvalidDatasetException e) {
            throw new WorkRejectedException("dataset " + uploaded.artifact() + ": " + e.getMessage(), e);
        }
    }

    private static ImageDataset draw(ImageDataset whole, SubsetRecipe subset) {
        return whole.withTrain(draw(
                        whole.train(), subset.trainPerClass(), subset.seed().derive("train")))
                .withTest(
                        draw(whole.test(), subset.testPerClass(), subset.seed().derive("test")));
    }

    private static LabeledImages draw(LabeledImages split, int perClass, Seed seed) {
        return split.select(StratifiedSplit.draw(split.labels(), perClass, seed));
    }

    /** The reading as a phase that begins with the first image, when their number is known. */
    private static final class ReadingPhase implements ReadProgress {
        private final StageContext context;
        private ProgressPhase phase;
        private boolean reading;
        private long told;

        ReadingPhase(StageContext context) {
            this.context = context;
            phase = context.beginPhase("opening the data set", 0, "images");
        }

        @Override
        public void read(long done, long total) {
            context.throwIfStopped();
            if (!reading) {
                reading = true;
                phase = context.beginPhase("reading the data set", total, "images");
            }
            phase.advance(done - told);
            told = done;
        }
    }
}
