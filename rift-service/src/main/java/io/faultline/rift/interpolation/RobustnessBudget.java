package io.faultline.rift.interpolation;

import io.faultline.recipe.Split;
import io.faultline.report.Accuracy;
import io.faultline.report.InterpolationPoint;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * RiFT's rule for α (Zhu et al., ICCV 2023, Sec. 4): of the points whose robust accuracy lies at most the tolerance below that
 * of α = 0, the one with the greatest clean accuracy; of equal ones the smallest α. Reckoned in counts, so that no rounding
 * decides. Whether what decided is more than noise stands in the reason: the rule itself does not ask.
 *
 * @implNote Paper and authors choose on the test split, here an option that marks the result.
 * @param tolerance in percentage points, at least 0
 * @param chosenOn the split that the path was measured on, for the reason
 */
public record RobustnessBudget(double tolerance, Split chosenOn) {
    private static final BigDecimal PERCENT = BigDecimal.valueOf(100);

    public RobustnessBudget {
        if (!(tolerance >= 0)) {
            throw new IllegalArgumentException("tolerance is " + tolerance + "; expected at least 0");
        }
    }

    /**
     * A place on the path.
     *
     * @param reason for people, with the figures that decided, their standard errors, and whether they are within noise
     */
    public record Choice(double alpha, String reason) {}

    /**
     * @param path ascending in α, from α = 0, all measured on as many images
     * @throws IllegalArgumentException if the path does not begin at 0 or its points saw different numbers of images
     */
    public Choice choose(List<InterpolationPoint> path) {
        if (path.isEmpty() || path.get(0).alpha() != 0) {
            throw new IllegalArgumentException("the path does not begin at α = 0");
        }
        InterpolationPoint origin = path.get(0);
        List<InterpolationPoint> within = path.stream()
                .filter(point -> withinTolerance(origin.robust(), point.robust()))
                .toList();
        // max() keeps the last of equal ones: the reversed order of α makes that the smallest
        InterpolationPoint best = within.stream()
                .max(Comparator.comparingLong(
                                (InterpolationPoint point) -> point.clean().correct())
                        .thenComparing(Comparator.comparingDouble(InterpolationPoint::alpha)
                                .reversed()))
                .orElseThrow();
        return new Choice(best.alpha(), reason(path, within, best));
    }

    private boolean withinTolerance(Accuracy origin, Accuracy point) {
        if (origin.total() != point.total()) {
            throw new IllegalArgumentException("robust accuracy on " + point.total() + " images beside "
                    + origin.total() + "; expected as many at each α");
        }
        // (origin − point) / total · 100 ≤ tolerance
        BigDecimal fall = BigDecimal.valueOf(origin.correct() - point.correct()).multiply(PERCENT);
        return fall.compareTo(BigDecimal.valueOf(tolerance).multiply(BigDecimal.valueOf(origin.total()))) <= 0;
    }

    private String reason(List<InterpolationPoint> path, List<InterpolationPoint> within, InterpolationPoint best) {
        InterpolationPoint origin = path.get(0);
        if (path.size() == 1) {
            return "The path has no α above 0, so the trained weights stay as they are.";
        }
        if (within.size() == 1) {
            return String.format(
                    Locale.ROOT,
                    "No α above 0 keeps the robust accuracy on the %s (%.2f %%) to within %s points, so the trained"
                            + " weights stay as they are.",
                    SplitNames.of(chosenOn),
                    origin.robust().percent(),
                    tolerance);
        }
        if (best.alpha() == 0) {
            return String.format(
                    Locale.ROOT,
                    "%d of %d α above 0 keep the robust accuracy to within %s points, but none of them has more clean"
                            + " accuracy on the %s than α = 0 (%.2f %%), so the trained weights stay as they are.",
                    within.size() - 1,
                    path.size() - 1,
                    tolerance,
                    SplitNames.of(chosenOn),
                    origin.clean().percent());
        }
        return String.format(
                Locale.ROOT,
                "Of %d α within %s points of the robust accuracy at α = 0, α = %s has the greatest clean accuracy on the"
                        + " %s: %s",
                within.size(),
                tolerance,
                best.alpha(),
                SplitNames.of(chosenOn),
                new PointComparison(origin, best).text());
    }
}
