package io.faultline.recipe;

import static io.faultline.recipe.Bounds.between;
import static io.faultline.recipe.Bounds.orElse;
import static io.faultline.recipe.Bounds.whole;

import io.faultline.artifact.ArtifactId;
import java.util.HashSet;
import java.util.List;

/**
 * Accuracy on corrupted test images, for each corruption and severity.
 *
 * @param corruptions the standard fifteen where none are given
 * @param severities from 1 to 5; all five where none are given
 * @param images how many test images at most, drawn stratified; null for all of them
 * @param published a set that was uploaded before, such as CIFAR-10-C, of which these corruptions and severities are measured; null
 *     where Faultline corrupts the test split by its own code
 */
public record CorruptionRecipe(
        List<CorruptionName> corruptions, List<Integer> severities, Integer images, ArtifactId published) {
    private static final int SEVEREST = 5;
    private static final String SEVERITIES = "different whole numbers from 1 to " + SEVEREST;

    public CorruptionRecipe {
        corruptions =
                whole("corruptions", orElse(corruptions, CorruptionName.standard()), "different names of corruptions");
        if (corruptions.isEmpty() || new HashSet<>(corruptions).size() < corruptions.size()) {
            throw new InvalidRecipeException(
                    "corruptions",
                    corruptions.stream().map(CorruptionName::wireName).toList(),
                    "different names of corruptions, or nothing for the standard fifteen");
        }
        severities = whole("severities", orElse(severities, List.of(1, 2, 3, 4, 5)), SEVERITIES);
        if (severities.isEmpty()
                || new HashSet<>(severities).size() < severities.size()
                || severities.stream().anyMatch(severity -> severity < 1 || severity > SEVEREST)) {
            throw new InvalidRecipeException("severities", severities, SEVERITIES);
        }
        if (images != null) {
            between("images", images, 1, 10_000_000);
        }
    }
}
