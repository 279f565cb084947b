package io.faultline.poison.theory;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The numbers behind the paper's Fig. 3: accuracy on clean data and its bounds over (a₋₁, a₁), for each norm of the mean.
 *
 * @param points norm by norm, a₋₁ by a₋₁, a₁ by a₁: the last runs fastest
 */
public record ContourGrid(ContourPlan plan, List<ContourPoint> points) {
    public ContourGrid {
        points = List.copyOf(points);
        if (points.size() != plan.points()) {
            throw new IllegalArgumentException("points are " + points.size() + "; the plan has " + plan.points());
        }
    }

    /**
     * Computes a plan on all cores; the same plan gives the same grid.
     *
     * @param progress told after each row of a₁ values
     * @throws IntegralNotConvergedException if a point's accuracy cannot be had; there is no grid with holes
     */
    public static ContourGrid compute(ContourPlan plan, ContourProgress progress) {
        List<ContourPoint> points = new ArrayList<>(plan.points());
        GaussianMixture direction =
                GaussianMixture.of(plan.dimension(), plan.norms().get(0), plan.direction());
        for (double norm : plan.norms()) {
            GaussianMixture clean = direction.withNorm(norm);
            for (double aMinus : plan.aMinus()) {
                int before = points.size();
                points.addAll(IntStream.range(0, plan.aPlus().size())
                        .parallel()
                        .mapToObj(i -> point(plan, clean, aMinus, plan.aPlus().get(i), before + i))
                        .toList());
                progress.pointsDone(points.size(), plan.points());
            }
        }
        return new ContourGrid(plan, points);
    }

    private static ContourPoint point(ContourPlan plan, GaussianMixture clean, double aMinus, double aPlus, int place) {
        CudaMixture filtered = clean.filtered(aMinus, aPlus);
        return new ContourPoint(
                clean.norm(),
                aMinus,
                aPlus,
                clean.cleanAccuracy(),
                filtered.exactAccuracy(CudaMixture.DEFAULT_TOLERANCE),
                filtered.sampledAccuracy(
                        plan.draws(), plan.seed().derive("theory").derive(place)),
                filtered.bound(),
                filtered.boundAsPrinted());
    }

    /** The point of the plan's norm, a₋₁ and a₁ of these places in its lists. */
    public ContourPoint at(int norm, int aMinus, int aPlus) {
        return points.get((norm * plan.aMinus().size() + aMinus) * plan.aPlus().size() + aPlus);
    }
}
