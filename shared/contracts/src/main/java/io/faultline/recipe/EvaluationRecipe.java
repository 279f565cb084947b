package io.faultline.recipe;

import io.faultline.artifact.ArtifactId;
import java.util.Optional;

/**
 * What a trained network is measured by on the test split, beside clean accuracy and the evaluation attack.
 *
 * @param autoAttack null for none
 * @param corruptions null for none
 * @param certification null for none
 */
public record EvaluationRecipe(
        AutoAttackRecipe autoAttack, CorruptionRecipe corruptions, CertificationRecipe certification) {
    /** The published corruption set that is measured on. */
    public Optional<ArtifactId> publishedCorruptions() {
        return Optional.ofNullable(corruptions).map(CorruptionRecipe::published);
    }
}
