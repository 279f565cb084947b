package io.faultline.rift;

import io.faultline.dataset.LabeledImages;
import io.faultline.event.ModelReady;
import io.faultline.recipe.Split;
import io.faultline.vision.batch.SplitImages;
import io.faultline.worker.ProgressPhase;
import io.faultline.worker.StageContext;

/** The images of a job, by what they may be used for: divided as the training divided them. */
record RiftImages(SplitImages splits) {
    static RiftImages read(ModelReady event, StageContext context) {
        ProgressPhase phase = context.beginPhase(
                "reading the data set",
                event.dataset().trainImages() + event.dataset().testImages(),
                "images");
        return new RiftImages(SplitImages.read(
                context.artifacts().localCopy(event.dataset().dataset().id()),
                event.recipe().training(),
                event.recipe().seed(),
                decoded -> {
                    phase.advance(decoded);
                    context.throwIfStopped();
                }));
    }

    LabeledImages train() {
        return splits.train();
    }

    LabeledImages heldOut() {
        return splits.heldOut();
    }

    LabeledImages test() {
        return splits.test();
    }

    int classes() {
        return splits.classes().size();
    }

    LabeledImages of(Split split) {
        return switch (split) {
            case TRAINING -> train();
            case HELD_OUT -> heldOut();
            case TEST -> test();
        };
    }
}
