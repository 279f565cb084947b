package io.faultline.rift.document;

import io.faultline.recipe.AttackRecipe;
import io.faultline.recipe.ThreatModel;
import io.faultline.report.Accuracy;
import io.faultline.report.PairedDifference;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;

/**
 * How figures are written: percent with two decimals, differences with sign and standard error, criticality with three
 * significant digits.
 */
final class Notation {
    static final String NOT_MEASURED = "–";

    private static final String MINUS = "−";
    private static final int ALPHA_DECIMALS = 6;
    private static final double MEGABYTE = 1e6;
    private static final double KILOBYTE = 1e3;

    private static final int REPLACEMENT = 0xFFFD;

    private Notation() {}

    /** Such as {@code 83.44 %}. */
    static String percent(double percent) {
        return Double.isNaN(percent) ? NOT_MEASURED : signed(String.format(Locale.ROOT, "%.2f %%", percent));
    }

    static String percent(Accuracy accuracy) {
        return percent(accuracy.percent());
    }

    /** Such as {@code 8,344 of 10,000}. */
    static String counts(Accuracy accuracy) {
        return count(accuracy.correct()) + " of " + count(accuracy.total());
    }

    /** Percentage points with their sign, such as {@code +1.98}. */
    static String points(double points) {
        String text = String.format(Locale.ROOT, "%+.2f", points);
        return text.endsWith("0.00") && text.length() == 5 ? "0.00" : signed(text);
    }

    /** Percentage points without their sign. */
    static String size(double points) {
        return String.format(Locale.ROOT, "%.2f", Math.abs(points));
    }

    /** Such as {@code +1.98 ± 0.21}. */
    static String change(PairedDifference difference) {
        return points(difference.points()) + " ± " + size(difference.standardError());
    }

    /** Three significant digits, such as {@code 0.0900} or {@code 12.9}. */
    static String significant(double value) {
        return signed(String.format(Locale.ROOT, "%.3g", value));
    }

    /** Such as {@code 36,864}. */
    static String count(long count) {
        return signed(String.format(Locale.ROOT, "%,d", count));
    }

    /** As few decimals as say it, so that a sum such as 0.1 + 0.2 is 0.3. */
    static String decimal(double value) {
        BigDecimal rounded = BigDecimal.valueOf(value)
                .setScale(ALPHA_DECIMALS, RoundingMode.HALF_EVEN)
                .stripTrailingZeros();
        return signed(rounded.toPlainString());
    }

    /** Such as {@code 2.81 MB}. */
    static String bytes(long bytes) {
        return bytes < MEGABYTE
                ? String.format(Locale.ROOT, "%.1f kB", bytes / KILOBYTE)
                : String.format(Locale.ROOT, "%.2f MB", bytes / MEGABYTE);
    }

    /** Such as {@code 12.5 s} or {@code 1 h 2 min 3 s}. */
    static String duration(double seconds) {
        if (seconds < 60) {
            return String.format(Locale.ROOT, "%.1f s", seconds);
        }
        long whole = Math.round(seconds);
        String minutes = whole / 60 % 60 + " min " + whole % 60 + " s";
        return whole < 3600 ? minutes : count(whole / 3600) + " h " + minutes;
    }

    /** Such as {@code PGD-10 (L∞, ε = 8/255, steps of 2/255, worst of 3 starts)}. */
    static String attack(AttackRecipe attack) {
        return "PGD-" + attack.steps() + " (" + norm(attack.threatModel()) + ", ε = " + attack.epsilon() + ", steps of "
                + attack.stepSize() + (attack.restarts() > 1 ? ", worst of " + attack.restarts() + " starts" : "")
                + (attack.randomStart() ? "" : ", from the image itself") + ")";
    }

    static String norm(ThreatModel threatModel) {
        return switch (threatModel) {
            case LINF -> "L∞";
            case L2 -> "L2";
        };
    }

    /** A text of a user's without what no page can show. */
    static String plain(String text) {
        StringBuilder shown = new StringBuilder();
        text.codePoints()
                .map(c -> Character.isISOControl(c) || !Character.isDefined(c) || isHalf(c) ? REPLACEMENT : c)
                .forEach(shown::appendCodePoint);
        return shown.toString();
    }

    /** Half of a pair that should have been one character. */
    private static boolean isHalf(int codePoint) {
        return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
    }

    private static String signed(String ascii) {
        return ascii.replace("-", MINUS);
    }
}
