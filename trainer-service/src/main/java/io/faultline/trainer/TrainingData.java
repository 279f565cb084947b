package io.faultline.trainer;

import io.faultline.dataset.InvalidDatasetException;
import io.faultline.dataset.LabeledImages;
import io.faultline.event.DatasetReady;
import io.faultline.report.DatasetReport;
import io.faultline.vision.batch.ImageBatches;
import io.faultline.vision.batch.SplitImages;
import io.faultline.vision.batch.UnsuitableImagesException;
import io.faultline.worker.ProgressPhase;
import io.faultline.worker.StageContext;
import io.faultline.worker.WorkRejectedException;
import java.util.List;

/** The images of a job, each split fit to be computed with. */
final class TrainingData {
    private TrainingData() {}

    /** @throws WorkRejectedException if the data set is not what the event says, or cannot be trained on */
    static SplitImages load(DatasetReady event, StageContext context) {
        DatasetReport report = event.dataset();
        ProgressPhase phase =
                context.beginPhase("reading the data set", report.trainImages() + report.testImages(), "images");
        try {
            SplitImages images = SplitImages.read(
                    context.artifacts().localCopy(report.dataset().id()),
                    event.recipe().training(),
                    event.recipe().seed(),
                    decoded -> {
                        phase.advance(decoded);
                        context.throwIfStopped();
                    });
            refuseOtherClasses(images.classes(), report.classes());
            refuseUnsuitable("training", images.train());
            refuseUnsuitable("test", images.test());
            return images;
        } catch (InvalidDatasetException e) {
            throw new WorkRejectedException("dataset " + report.dataset().id() + ": " + e.getMessage(), e);
        }
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
