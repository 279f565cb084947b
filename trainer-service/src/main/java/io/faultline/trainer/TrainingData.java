package io.faultline.trainer;

import io.faultline.dataset.DatasetReader;
import io.faultline.dataset.ImageDataset;
import io.faultline.dataset.InvalidDatasetException;
import io.faultline.dataset.LabeledImages;
import io.faultline.dataset.StratifiedSplit;
import io.faultline.event.DatasetReady;
import io.faultline.recipe.Recipe;
import io.faultline.report.DatasetReport;
import io.faultline.vision.batch.ImageBatches;
import io.faultline.vision.batch.UnsuitableImagesException;
import io.faultline.worker.StageContext;
import io.faultline.worker.WorkRejectedException;
import java.util.List;

/**
 * The three splits of a job's data set, each fit to be computed with.
 *
 * @param classes how many there are
 * @param train what weights are fitted to
 * @param heldOut training images kept aside to measure by while training
 * @param test what is measured once, at the end
 */
record TrainingData(int classes, LabeledImages train, LabeledImages heldOut, LabeledImages test) {
    /** @throws WorkRejectedException if the data set is not what the event says, or cannot be trained on */
    static TrainingData load(DatasetReady event, StageContext context) {
        DatasetReport report = event.dataset();
        context.beginPhase("reading the data set", report.trainImages() + report.testImages(), "images");
        try {
            ImageDataset dataset = DatasetReader.read(
                    context.artifacts().localCopy(report.dataset().id()));
            context.throwIfStopped();
            refuseOtherClasses(dataset.classes(), report.classes());
            return split(dataset, event.recipe());
        } catch (InvalidDatasetException e) {
            throw new WorkRejectedException("dataset " + report.dataset().id() + ": " + e.getMessage(), e);
        }
    }

    private static TrainingData split(ImageDataset dataset, Recipe recipe) {
        StratifiedSplit split = StratifiedSplit.holdOut(
                dataset.train().labels(),
                recipe.training().validationFraction(),
                recipe.seed().derive("held-out"));
        refuseUnsuitable("training", dataset.train());
        refuseUnsuitable("test", dataset.test());
        return new TrainingData(
                dataset.classes().size(),
                dataset.train().select(split.kept()),
                dataset.train().select(split.heldOut()),
                dataset.test());
    }

    private static void refuseOtherClasses(List<String> found, List<String> announced) {
        if (!found.equals(announced)) {
            throw new WorkRejectedException(
                    "the data set has the classes " + found + " and was announced with " + announced
                            + "; it is not the one that the event means: submit the job again",
                    null);
        }
    }

    private static void refuseUnsuitable(String split, LabeledImages images) {
        try {
            ImageBatches.of(images);
        } catch (UnsuitableImagesException e) {
            throw new WorkRejectedException("dataset, " + split + " split: " + e.getMessage(), e);
        }
    }
}
