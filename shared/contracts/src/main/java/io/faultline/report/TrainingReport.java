package io.faultline.report;

import io.faultline.artifact.ArtifactRef;
import java.util.List;

/**
 * What trainer-service made and measured.
 *
 * @param checkpoint the chosen epoch's weights, safetensors under PyTorch's names
 * @param testClean measured once, at the end
 * @param testRobust under the recipe's evaluation attack, measured once, at the end; null for ERM
 * @param controls measured once, at the end, on the data set's control sets
 * @param ownership what the answers on the control sets tell; null unless there are sets of own and of permuted filters
 * @param evaluation further measurements; null in reports of the time before there were any
 * @param chosenEpoch whose weights these are, counted from 1; 0 for those it started from
 * @param imported what the weights it started from are; null where it started from none
 * @param device what computed it
 * @param notes what a reader must know to read the figures, such as a choice made on the test split
 * @param suspicions laws that a figure broke, as sentences; empty for a sound result
 */
public record TrainingReport(
        ArtifactRef checkpoint,
        List<EpochReport> epochs,
        Accuracy validationClean,
        Accuracy testClean,
        Accuracy testRobust,
        List<ControlAccuracy> controls,
        OwnershipReport ownership,
        EvaluationReport evaluation,
        int chosenEpoch,
        ImportReport imported,
        String device,
        List<String> notes,
        List<String> suspicions) {
    public TrainingReport {
        epochs = List.copyOf(epochs);
        // reports of the time before these have none
        controls = controls == null ? List.of() : List.copyOf(controls);
        notes = notes == null ? List.of() : List.copyOf(notes);
        suspicions = List.copyOf(suspicions);
    }

    /** On a data set without control sets, from fresh weights to the last epoch's. */
    public TrainingReport(
            ArtifactRef checkpoint,
            List<EpochReport> epochs,
            Accuracy validationClean,
            Accuracy testClean,
            Accuracy testRobust,
            List<String> suspicions) {
        this(
                checkpoint,
                epochs,
                validationClean,
                testClean,
                testRobust,
                List.of(),
                null,
                null,
                epochs.size(),
                null,
                null,
                List.of(),
                suspicions);
    }
}
