package io.faultline.trainer;

import ai.djl.ndarray.NDManager;
import io.faultline.dataset.DatasetReader;
import io.faultline.dataset.InvalidDatasetException;
import io.faultline.dataset.LabeledImages;
import io.faultline.event.DatasetReady;
import io.faultline.report.ControlAccuracy;
import io.faultline.report.ControlReport;
import io.faultline.vision.evaluation.CleanAccuracy;
import io.faultline.vision.network.Classifier;
import io.faultline.vision.network.NormalizedNetwork;
import io.faultline.vision.network.StateDict;
import io.faultline.worker.ProgressPhase;
import io.faultline.worker.StageContext;
import io.faultline.worker.WorkRejectedException;
import java.util.List;

/** What a trained network gets right of the control sets that were made beside its data set. */
final class ControlMeasurement {
    private ControlMeasurement() {}

    /** @throws WorkRejectedException if a control set cannot be read */
    static List<ControlAccuracy> of(
            NormalizedNetwork network, StateDict weights, DatasetReady event, StageContext context, NDManager manager) {
        return event.dataset().controls().stream()
                .map(control -> measure(network, weights, control, context, manager))
                .toList();
    }

    private static ControlAccuracy measure(
            NormalizedNetwork network,
            StateDict weights,
            ControlReport control,
            StageContext context,
            NDManager manager) {
        LabeledImages changed = changedImages(control, context);
        ProgressPhase phase = context.beginPhase(
                "measuring on the control set " + control.control().wireName(), changed.size(), "images");
        try (NDManager scope = manager.newSubManager()) {
            Classifier folded = network.folded(weights, scope);
            Classifier classifier = images -> {
                context.throwIfStopped();
                return folded.logits(images);
            };
            return new ControlAccuracy(
                    control.control(), CleanAccuracy.measure(classifier, changed, manager, phase::advance));
        }
    }

    private static LabeledImages changedImages(ControlReport control, StageContext context) {
        try {
            return DatasetReader.read(
                            context.artifacts().localCopy(control.dataset().id()))
                    .test();
        } catch (InvalidDatasetException e) {
            throw new WorkRejectedException("control set " + control.dataset().id() + ": " + e.getMessage(), e);
        }
    }
}
