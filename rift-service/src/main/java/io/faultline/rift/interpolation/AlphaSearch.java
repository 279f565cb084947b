package io.faultline.rift.interpolation;

import io.faultline.recipe.InterpolationRecipe;
import io.faultline.recipe.Split;
import io.faultline.report.InterpolationPoint;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.DoubleFunction;

/**
 * Measures the path on a grid that is made finer around its best α: the recipe's grid first, then, as often as it asks, the two
 * middles between the best α so far, by {@link RobustnessBudget}, and its neighbours on the grid. An α that the recipe gives is
 * taken without choice, and beside it α = 0 alone is measured.
 *
 * <p>The more places are looked at, the more the best of them owes to chance: its figures are to be read on another split.
 *
 * @param chosenOn the split that the path is measured on
 */
public record AlphaSearch(InterpolationRecipe recipe, Split chosenOn) {
    // middles are rounded to this, so that they read well: 0.15, not 0.15000000000000002
    private static final double PLACES = 1e6;

    /**
     * What the search found.
     *
     * @param path ascending in α, from 0
     */
    public record Found(List<InterpolationPoint> path, RobustnessBudget.Choice choice) {
        public Found {
            path = List.copyOf(path);
        }
    }

    /** @param measurement of the point at an α, asked once for each */
    public Found search(DoubleFunction<InterpolationPoint> measurement) {
        return recipe.alpha() == null ? chosen(measurement) : taken(recipe.alpha(), measurement);
    }

    private Found chosen(DoubleFunction<InterpolationPoint> measurement) {
        RobustnessBudget budget = new RobustnessBudget(recipe.tolerance(), chosenOn);
        NavigableMap<Double, InterpolationPoint> path = new TreeMap<>();
        recipe.alphas().forEach(alpha -> path.put(alpha, measurement.apply(alpha)));
        for (int refinement = 0; refinement < recipe.refinements(); refinement++) {
            double best = budget.choose(List.copyOf(path.values())).alpha();
            for (double middle : middles(path, best)) {
                if (!path.containsKey(middle)) {
                    path.put(middle, measurement.apply(middle));
                }
            }
        }
        List<InterpolationPoint> points = List.copyOf(path.values());
        return new Found(points, budget.choose(points));
    }

    private static List<Double> middles(NavigableMap<Double, InterpolationPoint> path, double best) {
        List<Double> middles = new ArrayList<>(2);
        if (path.lowerKey(best) != null) {
            middles.add(middle(path.lowerKey(best), best));
        }
        if (path.higherKey(best) != null) {
            middles.add(middle(best, path.higherKey(best)));
        }
        return middles;
    }

    private static double middle(double lower, double higher) {
        return Math.round((lower + higher) / 2 * PLACES) / PLACES;
    }

    private static Found taken(double alpha, DoubleFunction<InterpolationPoint> measurement) {
        InterpolationPoint origin = measurement.apply(0);
        if (alpha == 0) {
            return new Found(
                    List.of(origin),
                    new RobustnessBudget.Choice(0, "α = 0 is taken as the recipe says: the trained weights stay."));
        }
        InterpolationPoint point = measurement.apply(alpha);
        return new Found(
                List.of(origin, point),
                new RobustnessBudget.Choice(
                        alpha,
                        "α = " + alpha + " is taken as the recipe says, without choice: "
                                + new PointComparison(origin, point).text()));
    }
}
