package io.faultline.rift.document;

import java.util.Locale;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;

/**
 * One axis of a picture: values from {@code low} to {@code high} lie between two places of the drawing.
 *
 * @param low least value, at {@code from}
 * @param high greatest value, at {@code to}; above {@code low}
 * @param from where the axis begins; greater than {@code to} on an axis that goes up
 * @param step between two ticks, which are its multiples
 */
record Axis(double low, double high, double from, double to, double step) {
    private static final double[] ROUND = {1, 2, 5, 10};

    /**
     * An axis between round numbers that holds all values.
     *
     * @param ticks about how many are wanted
     */
    static Axis holding(DoubleStream values, double from, double to, int ticks) {
        var seen = values.summaryStatistics();
        double least = seen.getMin();
        double greatest = seen.getMax();
        double range = greatest - least;
        // of equal values, an axis that lets them lie in its middle
        double step = roundAbove((range > 0 ? range : Math.max(Math.abs(greatest), 1) / 10) / ticks);
        double low = Math.floor(least / step) * step;
        double high = Math.ceil(greatest / step) * step;
        return range > 0 ? new Axis(low, high, from, to, step) : new Axis(low - step, high + step, from, to, step);
    }

    double at(double value) {
        return from + (value - low) / (high - low) * (to - from);
    }

    DoubleStream ticks() {
        return LongStream.rangeClosed(Math.round(low / step), Math.round(high / step))
                .mapToDouble(i -> i * step);
    }

    /** A tick's value with as many decimals as the step needs. */
    String label(double tick) {
        int decimals = (int) Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
        String text = String.format(Locale.ROOT, "%." + decimals + "f", tick == 0 ? 0.0 : tick);
        return text.replace("-", "−");
    }

    private static double roundAbove(double value) {
        double power = Math.pow(10, Math.floor(Math.log10(value)));
        for (double round : ROUND) {
            if (round * power >= value * (1 - 1e-9)) {
                return round * power;
            }
        }
        throw new IllegalArgumentException(
                "no step of an axis can be made of " + value + "; expected a number above 0");
    }
}
