package io.faultline.dataset;

import io.faultline.recipe.Split;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What a data set holds.
 *
 * @param classes by label
 * @param height of every image, in pixels; null if they differ
 * @param width of every image, in pixels; null if they differ
 */
public record DatasetSummary(DatasetForm form, List<ClassImages> classes, Integer height, Integer width) {
    public DatasetSummary {
        classes = List.copyOf(classes);
    }

    /** How many images of a class there are. */
    public record ClassImages(String name, int train, int test) {}

    static DatasetSummary of(ImageSource source, ReadProgress progress) {
        Set<Integer> heights = new HashSet<>();
        Set<Integer> widths = new HashSet<>();
        source.forEach(
                (split, place, image) -> {
                    heights.add(image.height());
                    widths.add(image.width());
                },
                progress);
        int[] train = countByClass(source, Split.TRAINING);
        int[] test = countByClass(source, Split.TEST);
        return new DatasetSummary(
                source.form(),
                IntStream.range(0, train.length)
                        .mapToObj(label -> new ClassImages(source.classes().get(label), train[label], test[label]))
                        .toList(),
                common(heights),
                common(widths));
    }

    private static int[] countByClass(ImageSource source, Split split) {
        int[] counts = new int[source.classes().size()];
        for (int label : source.index(split).labels()) {
            counts[label]++;
        }
        return counts;
    }

    private static Integer common(Set<Integer> sides) {
        return sides.size() == 1 ? sides.iterator().next() : null;
    }
}
