package io.faultline.trainer;

import ai.djl.ndarray.NDManager;
import io.faultline.dataset.DatasetReader;
import io.faultline.dataset.InvalidDatasetException;
import io.faultline.dataset.LabeledImages;
import io.faultline.event.DatasetReady;
import io.faultline.recipe.ControlSet;
import io.faultline.report.Accuracy;
import io.faultline.report.ControlAccuracy;
import io.faultline.report.ControlReport;
import io.faultline.report.OwnershipReport;
import io.faultline.trainer.probe.ProbePredictions;
import io.faultline.trainer.probe.ProbeReport;
import io.faultline.trainer.probe.TrainingProbe;
import io.faultline.vision.batch.SplitImages;
import io.faultline.vision.evaluation.Predictions;
import io.faultline.vision.network.Classifier;
import io.faultline.vision.network.NormalizedNetwork;
import io.faultline.vision.network.StateDict;
import io.faultline.worker.ProgressPhase;
import io.faultline.worker.StageContext;
import io.faultline.worker.WorkRejectedException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What a trained network answers on the control sets that were made beside its data set.
 *
 * @param accuracies one per control set
 * @param ownership null unless there are sets of own and of permuted filters
 */
record ControlMeasurement(List<ControlAccuracy> accuracies, OwnershipReport ownership) {
    /** Of the verdict on whether a network was trained on the data: the usual one. */
    private static final double ERROR_LEVEL = 0.05;

    /** @throws WorkRejectedException if a control set cannot be read */
    static ControlMeasurement of(
            NormalizedNetwork network,
            StateDict weights,
            SplitImages data,
            DatasetReady event,
            StageContext context,
            NDManager manager) {
        List<ControlReport> controls = event.dataset().controls();
        if (controls.isEmpty()) {
            return new ControlMeasurement(List.of(), null);
        }
        try (NDManager scope = manager.newSubManager()) {
            Classifier folded = network.folded(weights, scope);
            Answers answers = new Answers(
                    images -> {
                        context.throwIfStopped();
                        return folded.logits(images);
                    },
                    context,
                    manager);
            Map<ControlSet, int[]> changed = new EnumMap<>(ControlSet.class);
            controls.forEach(control -> changed.put(
                    control.control(),
                    answers.on(
                            changedImages(control, context), control.control().wireName())));
            int[] labels = data.test().labels();
            return new ControlMeasurement(
                    controls.stream()
                            .map(control -> new ControlAccuracy(
                                    control.control(), accuracy(labels, changed.get(control.control()))))
                            .toList(),
                    changed.size() < ControlSet.values().length
                            ? null
                            : ownership(event, data, answers.on(data.test(), "none"), changed));
        }
    }

    private static OwnershipReport ownership(
            DatasetReady event, SplitImages data, int[] clean, Map<ControlSet, int[]> changed) {
        ProbeReport report = new TrainingProbe(
                        ERROR_LEVEL, event.recipe().seed().derive("ownership"))
                .examine(new ProbePredictions(
                        data.classes().size(),
                        data.test().labels(),
                        clean,
                        changed.get(ControlSet.OWN_FILTERS),
                        List.of(changed.get(ControlSet.PERMUTED_FILTERS))));
        return new OwnershipReport(
                report.verdict().name(), report.imagePValue(), report.classPValue(), report.level(), report.text());
    }

    private static Accuracy accuracy(int[] labels, int[] predictions) {
        long correct = IntStream.range(0, labels.length)
                .filter(i -> labels[i] == predictions[i])
                .count();
        return new Accuracy(correct, labels.length);
    }

    private record Answers(Classifier classifier, StageContext context, NDManager manager) {
        int[] on(LabeledImages images, String control) {
            ProgressPhase phase =
                    context.beginPhase("answering the test split, filters: " + control, images.size(), "images");
            return Predictions.of(classifier, images, manager, phase::advance);
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
