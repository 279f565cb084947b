package io.faultline.report;

import io.faultline.artifact.ArtifactRef;
import io.faultline.recipe.ModulePath;
import java.util.List;

/**
 * What rift-service made and measured.
 *
 * @param checkpoint the interpolated weights, safetensors under PyTorch's names
 * @param criticality the ranking of all modules as an artifact; null where the choice asked for none
 * @param examples the adversarial examples it was measured on; null where the choice asked for none
 * @param document all of this as a page for people
 * @param data all of this, with recipe, provenance and platform, for programs
 * @param ranking lowest criticality first; empty where the choice asked for none
 * @param modules those that were fine-tuned, in the network's order; empty where only statistics moved
 * @param moduleReason why those
 * @param epochs of the fine-tuning
 * @param chosenEpoch whose weights are θ_FT
 * @param path the grid of the interpolation, ascending in α
 * @param alpha the place chosen on it
 * @param alphaReason why that one
 * @param before on the test split, measured once
 * @param after on the test split, measured once
 * @param change from before to after
 * @param device what computed it
 * @param deviceSeconds time that the stage took, of all its tasks together
 * @param notes what a reader must know to read the figures, such as a choice made on the test split
 * @param suspicions laws that a figure broke, as sentences; empty for a sound result
 */
public record RiftReport(
        ArtifactRef checkpoint,
        ArtifactRef criticality,
        ArtifactRef examples,
        ArtifactRef document,
        ArtifactRef data,
        List<ModuleCriticality> ranking,
        List<ModulePath> modules,
        String moduleReason,
        List<FineTuningEpoch> epochs,
        int chosenEpoch,
        List<InterpolationPoint> path,
        double alpha,
        String alphaReason,
        RefinementFigures before,
        RefinementFigures after,
        RefinementChange change,
        String device,
        double deviceSeconds,
        List<String> notes,
        List<String> suspicions) {
    public RiftReport {
        ranking = List.copyOf(ranking);
        modules = List.copyOf(modules);
        epochs = List.copyOf(epochs);
        path = List.copyOf(path);
        notes = List.copyOf(notes);
        suspicions = List.copyOf(suspicions);
    }

    /** The same with its documents. */
    public RiftReport with(ArtifactRef document, ArtifactRef data) {
        return new RiftReport(
                checkpoint,
                criticality,
                examples,
                document,
                data,
                ranking,
                modules,
                moduleReason,
                epochs,
                chosenEpoch,
                path,
                alpha,
                alphaReason,
                before,
                after,
                change,
                device,
                deviceSeconds,
                notes,
                suspicions);
    }
}
