package io.faultline.local.table;

import java.util.List;
import java.util.Locale;

/**
 * One figure of a row, over its seeds.
 *
 * @param values in percent, one per seed
 */
public record TableCell(List<Double> values) {
    public TableCell {
        values = List.copyOf(values);
    }

    /** NaN without a value. */
    public double mean() {
        return values.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
    }

    /** The sample's standard deviation, with n − 1; NaN with fewer than two values. */
    public double deviation() {
        if (values.size() < 2) {
            return Double.NaN;
        }
        double mean = mean();
        double squares = values.stream()
                .mapToDouble(value -> (value - mean) * (value - mean))
                .sum();
        return Math.sqrt(squares / (values.size() - 1));
    }

    /** Such as {@code 59.66 ± 0.31}; a dash without a value. */
    @Override
    public String toString() {
        if (values.isEmpty()) {
            return "–";
        }
        return values.size() == 1
                ? String.format(Locale.ROOT, "%.2f", mean())
                : String.format(Locale.ROOT, "%.2f ± %.2f", mean(), deviation());
    }
}
