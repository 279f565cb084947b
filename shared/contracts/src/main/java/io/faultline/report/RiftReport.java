package io.faultline.report;

import io.faultline.artifact.ArtifactRef;
import io.faultline.recipe.ModulePath;
import java.util.List;

/**
 * What rift-service made and measured.
 *
 * @param checkpoint the interpolated weights, safetensors under PyTorch's names
 * @param criticality the ranking of all modules as an artifact
 * @param ranking lowest criticality first
 * @param module the one that was fine-tuned
 * @param moduleReason why that one
 * @param path the grid of the interpolation, on the held-out split
 * @param alpha the place chosen on it
 * @param alphaReason why that one
 * @param cleanBefore on the test split, as all four, measured once
 * @param suspicions laws that a figure broke, as sentences; empty for a sound result
 */
public record RiftReport(
        ArtifactRef checkpoint,
        ArtifactRef criticality,
        List<ModuleCriticality> ranking,
        ModulePath module,
        String moduleReason,
        List<InterpolationPoint> path,
        double alpha,
        String alphaReason,
        Accuracy cleanBefore,
        Accuracy robustBefore,
        Accuracy cleanAfter,
        Accuracy robustAfter,
        List<String> suspicions) {
    public RiftReport {
        ranking = List.copyOf(ranking);
        path = List.copyOf(path);
        suspicions = List.copyOf(suspicions);
    }
}
