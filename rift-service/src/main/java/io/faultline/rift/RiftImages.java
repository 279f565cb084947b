package io.faultline.rift;

import io.faultline.dataset.DatasetReader;
import io.faultline.dataset.ImageDataset;
import io.faultline.dataset.LabeledImages;
import io.faultline.dataset.StratifiedSplit;
import io.faultline.event.ModelReady;
import io.faultline.recipe.Split;
import io.faultline.worker.StageContext;

/**
 * The images of a job, by what they may be used for: the split is the one that the training held out.
 *
 * @param train what the network was trained on
 * @param heldOut what everything is chosen by
 * @param test what is measured once, at the end
 * @param classes how many
 */
record RiftImages(LabeledImages train, LabeledImages heldOut, LabeledImages test, int classes) {
    static RiftImages read(ModelReady event, StageContext context) {
        context.beginPhase("reading the data set", 0, "images");
        ImageDataset dataset = DatasetReader.read(
                context.artifacts().localCopy(event.dataset().dataset().id()));
        LabeledImages published = dataset.train();
        StratifiedSplit split = StratifiedSplit.holdOut(
                published.labels(),
                event.recipe().training().validationFraction(),
                event.recipe().seed().derive("held-out"));
        return new RiftImages(
                published.select(split.kept()),
                published.select(split.heldOut()),
                dataset.test(),
                dataset.classes().size());
    }

    LabeledImages of(Split split) {
        return switch (split) {
            case TRAINING -> train;
            case HELD_OUT -> heldOut;
            case TEST -> test;
        };
    }
}
