package io.faultline.recipe;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The checks that the recipes' constructors share; each refusal names field, value and bound. */
final class Bounds {
    private Bounds() {}

    static <T> T required(String field, T value, String allowed) {
        if (value == null) {
            throw new InvalidRecipeException(field, "missing", allowed);
        }
        return value;
    }

    static int between(String field, int value, int least, int most) {
        if (value < least || value > most) {
            throw new InvalidRecipeException(field, value, "a whole number from " + least + " to " + most);
        }
        return value;
    }

    static double between(String field, double value, double least, double most) {
        if (!(value >= least && value <= most)) {
            throw new InvalidRecipeException(field, value, "a number from " + least + " to " + most);
        }
        return value;
    }

    /** The value of that name. */
    static <T> T oneOf(String field, String name, T[] values, Function<T, String> wireName) {
        return Arrays.stream(values)
                .filter(value -> wireName.apply(value).equals(name))
                .findFirst()
                .orElseThrow(() -> new InvalidRecipeException(
                        field,
                        "'" + name + "'",
                        Arrays.stream(values).map(wireName).collect(Collectors.joining(", "))));
    }

    /** A list that holds something at every place. */
    static <T> List<T> whole(String field, List<T> values, String allowed) {
        if (values.stream().anyMatch(Objects::isNull)) {
            throw new InvalidRecipeException(field, values, allowed);
        }
        return List.copyOf(values);
    }

    static <T> T orElse(T value, T fallback) {
        return value == null ? fallback : value;
    }
}
