package io.faultline.benchmark;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** The values that one thing took in the rounds of a run. */
final class Series {
    private final List<Double> values = new ArrayList<>();

    /** Of something that was measured of each round. */
    static <T> Series of(List<T> rounds, ToDoubleFunction<T> value) {
        Series series = new Series();
        rounds.forEach(round -> series.add(value.applyAsDouble(round)));
        return series;
    }

    void add(double value) {
        values.add(value);
    }

    double get(int round) {
        return values.get(round);
    }

    /** The middle value, or the mean of the two middle ones. */
    double median() {
        double[] sorted = sorted();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** Value by value, what this series is to the other one, round by round. */
    Series dividedBy(Series other) {
        Series ratios = new Series();
        for (int round = 0; round < values.size(); round++) {
            ratios.add(get(round) / other.get(round));
        }
        return ratios;
    }

    /** Median, least and most, as {@code format} writes a number. */
    String summary(String format) {
        double[] sorted = sorted();
        String pattern = format + " (" + format + " to " + format + ")";
        return String.format(Locale.ROOT, pattern, median(), sorted[0], sorted[sorted.length - 1]);
    }

    private double[] sorted() {
        if (values.isEmpty()) {
            throw new IllegalStateException("a series without a value has no median");
        }
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        return sorted;
    }
}
