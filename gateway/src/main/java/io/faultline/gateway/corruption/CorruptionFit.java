package io.faultline.gateway.corruption;

import io.faultline.job.UploadedCorruptionSet;
import io.faultline.job.UploadedDataset;
import io.faultline.recipe.CorruptionName;
import io.faultline.recipe.CorruptionRecipe;
import io.faultline.recipe.InvalidRecipeException;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What a published corruption set allows of a recipe.
 *
 * @param field of the recipe that names the set
 */
record CorruptionFit(UploadedCorruptionSet set, String field) {
    /** @throws InvalidRecipeException if the set lacks a corruption or a severity that is asked for */
    void requireCells(CorruptionRecipe asked) {
        Map<String, List<Integer>> there = set.corruptions().stream()
                .collect(Collectors.toMap(
                        UploadedCorruptionSet.Corruption::name, corruption -> corruption.severities().stream()
                                .map(UploadedCorruptionSet.Severity::severity)
                                .toList()));
        for (CorruptionName name : asked.corruptions()) {
            List<Integer> severities = there.get(name.wireName());
            if (severities == null) {
                throw new InvalidRecipeException(
                        beside("corruptions"),
                        "'" + name.wireName() + "'",
                        "what the published set has: " + String.join(", ", new TreeSet<>(there.keySet())));
            }
            if (!severities.containsAll(asked.severities())) {
                throw new InvalidRecipeException(
                        beside("severities"),
                        asked.severities(),
                        "what the published set has of " + name.wireName() + ": " + severities);
            }
        }
    }

    /** @throws InvalidRecipeException if the set is of other classes than the data set, or of another size */
    void requireLike(UploadedDataset dataset) {
        List<String> classes = dataset.classes().stream()
                .map(UploadedDataset.ClassCount::name)
                .sorted()
                .toList();
        if (set.classes() != classes.size()
                || !set.classNames().isEmpty() && !set.classNames().equals(classes)) {
            throw refused("a set of the data set's " + classes.size() + " classes; this one has " + set.classes()
                    + (set.classes() == classes.size() ? " of other names" : ""));
        }
        if (differ(dataset.height(), set.height()) || differ(dataset.width(), set.width())) {
            throw refused("a set of images of " + dataset.height() + "×" + dataset.width()
                    + " pixels, as the data set's are; this one's are " + set.height() + "×" + set.width());
        }
    }

    private static boolean differ(Integer ofDataset, Integer ofSet) {
        return ofDataset != null && ofSet != null && !ofDataset.equals(ofSet);
    }

    private InvalidRecipeException refused(String allowed) {
        return new InvalidRecipeException(field, set.artifact().id(), allowed);
    }

    private String beside(String other) {
        return field.substring(0, field.lastIndexOf('.') + 1) + other;
    }
}
