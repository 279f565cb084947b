package io.faultline.dataset;

import io.faultline.recipe.CorruptionName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a published set of corrupted images holds.
 *
 * @param corruptions under the set's own names, ascending; some of them known
 * @param classes how many there are
 * @param classNames ascending; empty where the set numbers its classes
 * @param height of the first image of every severity, in pixels; null if they differ
 * @param width the same
 */
public record CorruptedSummary(
        CorruptedForm form,
        List<Corruption> corruptions,
        int classes,
        List<String> classNames,
        Integer height,
        Integer width) {
    private static final int SHOWN = 5;

    public CorruptedSummary {
        corruptions = List.copyOf(corruptions);
        classNames = List.copyOf(classNames);
    }

    /** One corruption, with its severities ascending. */
    public record Corruption(String name, List<Severity> severities) {
        public Corruption {
            severities = List.copyOf(severities);
        }
    }

    /** How many images there are of one severity. */
    public record Severity(int severity, int images) {}

    static CorruptedSummary ofArrays(CorruptedImages set) {
        return of(CorruptedForm.ARRAYS, set, List.of());
    }

    static CorruptedSummary ofFolders(CorruptedImages set, List<String> classes) {
        return of(CorruptedForm.FOLDERS, set, classes);
    }

    private static CorruptedSummary of(CorruptedForm form, CorruptedImages set, List<String> classNames) {
        refuseUnlessOneIsKnown(set.corruptions());
        List<Corruption> corruptions = new ArrayList<>();
        Set<Integer> heights = new HashSet<>();
        Set<Integer> widths = new HashSet<>();
        int classes = classNames.size();
        for (String name : set.corruptions()) {
            List<Severity> severities = new ArrayList<>();
            for (int severity : set.severities(name)) {
                severities.add(new Severity(severity, set.size(name, severity)));
                RgbImage first = set.read(name, severity, 0, 1).images().get(0);
                heights.add(first.height());
                widths.add(first.width());
                int largest = Arrays.stream(set.labels(name, severity)).max().orElseThrow();
                classes = Math.max(classes, largest + 1);
            }
            corruptions.add(new Corruption(name, severities));
        }
        return new CorruptedSummary(form, corruptions, classes, classNames, common(heights), common(widths));
    }

    private static void refuseUnlessOneIsKnown(List<String> names) {
        Set<String> known = Arrays.stream(CorruptionName.values())
                .map(CorruptionName::wireName)
                .collect(Collectors.toSet());
        if (names.stream().noneMatch(known::contains)) {
            throw new InvalidDatasetException("what stands where names of corruptions are looked for is "
                    + names.stream()
                            .limit(SHOWN)
                            .map(name -> "'" + EntryName.shown(name) + "'")
                            .collect(Collectors.joining(", "))
                    + (names.size() > SHOWN ? ", …" : "") + "; expected names of the published sets, such as '"
                    + CorruptionName.GAUSSIAN_NOISE.wireName() + "'. Take a published set.");
        }
    }

    private static Integer common(Set<Integer> sides) {
        return sides.size() == 1 ? sides.iterator().next() : null;
    }
}
