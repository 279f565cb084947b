package io.faultline.recipe;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.math.BigDecimal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An exact fraction such as {@code 8/255}: radii and step sizes are kept as the papers print them, so that 8/255 is never
 * 0.0314. Not reduced: 8/255 stays 8/255.
 *
 * @param denominator above zero
 */
public record Ratio(long numerator, long denominator) {
    private static final Pattern FRACTION = Pattern.compile("(-?\\d{1,9})\\s*/\\s*(\\d{1,9})");

    public Ratio {
        if (denominator <= 0) {
            throw new InvalidRecipeException("ratio", numerator + "/" + denominator, "a denominator above zero");
        }
    }

    /** Reads the JSON text {@code "8/255"} or the JSON number {@code 0.5}. */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static Ratio ofJson(Object value) {
        if (value instanceof String || value instanceof Number) {
            return parse(value.toString());
        }
        throw notARatio(String.valueOf(value));
    }

    /**
     * Reads {@code 8/255}, {@code 0.5} or {@code 1}.
     *
     * @throws InvalidRecipeException unless the text is a fraction or a decimal number of at most 15 digits
     */
    public static Ratio parse(String text) {
        String trimmed = text == null ? "" : text.trim();
        Matcher fraction = FRACTION.matcher(trimmed);
        if (fraction.matches()) {
            return new Ratio(Long.parseLong(fraction.group(1)), Long.parseLong(fraction.group(2)));
        }
        try {
            BigDecimal decimal = new BigDecimal(trimmed);
            int scale = Math.max(0, decimal.scale());
            if (decimal.precision() > 15 || scale > 15 || decimal.scale() < -9) {
                throw notARatio(text);
            }
            return new Ratio(
                    decimal.movePointRight(scale).longValueExact(),
                    BigDecimal.TEN.pow(scale).longValueExact());
        } catch (NumberFormatException e) {
            throw notARatio(text);
        }
    }

    public static Ratio of(long numerator, long denominator) {
        return new Ratio(numerator, denominator);
    }

    public double value() {
        return (double) numerator / denominator;
    }

    /** The wire form, which {@link #parse} reads back equal. */
    @JsonValue
    @Override
    public String toString() {
        return denominator == 1 ? Long.toString(numerator) : numerator + "/" + denominator;
    }

    private static InvalidRecipeException notARatio(String text) {
        return new InvalidRecipeException(
                "ratio", "'" + text + "'", "a fraction such as \"8/255\" or a decimal number");
    }
}
