package io.faultline.report;

import io.faultline.artifact.ArtifactRef;
import java.util.List;

/**
 * What trainer-service made and measured.
 *
 * @param checkpoint the last epoch's weights, safetensors under PyTorch's names
 * @param testClean measured once, at the end
 * @param testRobust under the recipe's evaluation attack, measured once, at the end; null for ERM
 * @param suspicions laws that a figure broke, as sentences; empty for a sound result
 */
public record TrainingReport(
        ArtifactRef checkpoint,
        List<EpochReport> epochs,
        Accuracy validationClean,
        Accuracy testClean,
        Accuracy testRobust,
        List<String> suspicions) {
    public TrainingReport {
        epochs = List.copyOf(epochs);
        suspicions = List.copyOf(suspicions);
    }
}
