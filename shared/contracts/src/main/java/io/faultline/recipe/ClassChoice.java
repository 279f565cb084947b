package io.faultline.recipe;

import static io.faultline.recipe.Bounds.between;
import static io.faultline.recipe.Bounds.whole;

import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Which classes of a data set are kept, in the order of their new labels: all, those of a list, or the first so many.
 *
 * @param names of the classes that are kept, in the order of their new labels; null unless they are listed
 * @param first how many of the data set's first classes are kept; null unless they are counted
 */
public record ClassChoice(List<String> names, Integer first) {
    private static final int FEWEST = 2;
    private static final int MOST = 100_000;
    private static final int LONGEST_NAME = 255;
    private static final int SHOWN = 60;
    private static final int SUGGESTED = 3;

    /** @throws InvalidRecipeException for fewer than two classes, one named twice, or both kinds of choice at once */
    public ClassChoice {
        if (names != null && first != null) {
            throw new InvalidRecipeException(
                    "firstClasses", first + " together with classes", "one of the two, or none for all classes");
        }
        if (names != null) {
            names = whole("classes", names, "names of classes");
            refuseUnlessSeveralDifferent(names);
        }
        if (first != null) {
            between("firstClasses", first, FEWEST, MOST);
        }
    }

    /** Whether every class is kept where it is. */
    public boolean isAll() {
        return names == null && first == null;
    }

    /**
     * The classes that are kept, by their places among those of a data set.
     *
     * @param classes of the data set, by label
     * @return one place for each new label
     * @throws InvalidRecipeException naming the class that the data set does not have and those with the nearest names, or
     *     how many classes it has
     */
    public int[] of(List<String> classes) {
        if (names != null) {
            return named(classes);
        }
        if (first != null && first > classes.size()) {
            throw new InvalidRecipeException(
                    "dataset.firstClasses",
                    first,
                    FEWEST + " to " + classes.size() + ", as many classes as the data set has");
        }
        return IntStream.range(0, first == null ? classes.size() : first).toArray();
    }

    private int[] named(List<String> classes) {
        Map<String, Integer> places = new HashMap<>();
        IntStream.range(0, classes.size()).forEach(place -> places.put(classes.get(place), place));
        List<String> unknown =
                names.stream().filter(name -> !places.containsKey(name)).toList();
        if (!unknown.isEmpty()) {
            String name = unknown.get(0);
            throw new InvalidRecipeException(
                    "dataset.classes[" + names.indexOf(name) + "]",
                    "'" + name + "'" + (unknown.size() == 1 ? "" : ", one of " + unknown.size() + " unknown names"),
                    "the names of the data set's " + classes.size() + " classes, of which " + nearest(name, classes)
                            + " are nearest to it");
        }
        return names.stream().mapToInt(places::get).toArray();
    }

    private static void refuseUnlessSeveralDifferent(List<String> names) {
        Set<String> seen = new HashSet<>();
        for (String name : names) {
            if (name.isBlank() || name.length() > LONGEST_NAME) {
                throw new InvalidRecipeException(
                        "classes",
                        "a list with '" + name.substring(0, Math.min(SHOWN, name.length())) + "'",
                        "names of 1 to " + LONGEST_NAME + " characters");
            }
            if (!seen.add(name)) {
                throw new InvalidRecipeException("classes", "'" + name + "' twice", "each class once");
            }
        }
        if (names.size() < FEWEST) {
            throw new InvalidRecipeException(
                    "classes", names, "names of at least " + FEWEST + " classes, or nothing for all of them");
        }
    }

    private static String nearest(String name, List<String> classes) {
        Map<String, Integer> distances = classes.stream()
                .distinct()
                .collect(Collectors.toMap(candidate -> candidate, candidate -> distance(name, candidate)));
        return classes.stream()
                .distinct()
                .sorted(Comparator.comparingInt(distances::get))
                .limit(SUGGESTED)
                .map(candidate -> "'" + candidate + "'")
                .collect(Collectors.joining(", "));
    }

    /** Levenshtein's, without regard to case: characters to be put in, taken out or changed. */
    private static int distance(String one, String other) {
        String from = one.toLowerCase(Locale.ROOT);
        String to = other.toLowerCase(Locale.ROOT);
        int[] above = IntStream.rangeClosed(0, to.length()).toArray();
        for (int i = 1; i <= from.length(); i++) {
            int[] row = new int[to.length() + 1];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int changed = above[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(changed, 1 + Math.min(above[j], row[j - 1]));
            }
            above = row;
        }
        return above[to.length()];
    }
}
