package io.faultline.poison;

import io.faultline.artifact.ArtifactKind;
import io.faultline.artifact.ArtifactRef;
import io.faultline.event.JobCompleted;
import io.faultline.event.JobEvent;
import io.faultline.event.StageName;
import io.faultline.event.TheorySubmitted;
import io.faultline.event.Topics;
import io.faultline.poison.theory.ContourGrid;
import io.faultline.poison.theory.ContourPicture;
import io.faultline.poison.theory.ContourPlan;
import io.faultline.poison.theory.ContourPoint;
import io.faultline.poison.theory.ContourQuantity;
import io.faultline.poison.theory.ContourTable;
import io.faultline.poison.theory.MeanDirection;
import io.faultline.recipe.GaussianMixtureRecipe;
import io.faultline.recipe.Seed;
import io.faultline.report.TheoryReport;
import io.faultline.worker.ProgressPhase;
import io.faultline.worker.Stage;
import io.faultline.worker.StageContext;
import io.faultline.worker.StageInput;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Jobs of theory: the paper's Gaussian mixture over a grid of filters, as a table and a picture. */
@ApplicationScoped
class MixtureTheory implements Stage<TheorySubmitted, TheoryReport> {
    /** A grid has thousands of points: less would be broken by chance. */
    private static final double LARGEST_DEVIATION = 6;

    @Override
    public StageName name() {
        return StageName.THEORY;
    }

    @Override
    public Class<TheorySubmitted> eventType() {
        return TheorySubmitted.class;
    }

    @Override
    public Class<TheoryReport> reportType() {
        return TheoryReport.class;
    }

    @Override
    public String topic() {
        return Topics.JOB_SUBMITTED;
    }

    @Override
    public String cloudEventType() {
        return TheorySubmitted.TYPE;
    }

    @Override
    public int version() {
        return 1;
    }

    /** What the report depends on. */
    record Settings(GaussianMixtureRecipe mixture, Seed seed) {}

    @Override
    public StageInput input(TheorySubmitted event) {
        return new StageInput(
                List.of(),
                new Settings(event.recipe().gaussianMixture(), event.recipe().seed()));
    }

    @Override
    public TheoryReport run(TheorySubmitted event, StageContext context) {
        GaussianMixtureRecipe recipe = event.recipe().gaussianMixture();
        ContourPlan plan = plan(recipe, event.recipe().seed());
        ProgressPhase phase = context.beginPhase("computing the grid", plan.points(), "points");
        long[] told = {0};
        ContourGrid grid = ContourGrid.compute(plan, (done, total) -> {
            context.throwIfStopped();
            phase.advance(done - told[0]);
            told[0] = done;
        });
        ArtifactRef table = context.artifacts().write(ArtifactKind.REPORT, out -> ContourTable.write(grid, out));
        ArtifactRef picture = context.artifacts()
                .write(
                        ArtifactKind.REPORT,
                        out -> ContourPicture.write(
                                grid, List.of(ContourQuantity.EXACT_ACCURACY, ContourQuantity.BOUND), out));
        return new TheoryReport(
                table,
                picture,
                recipe.dimension(),
                recipe.norms().stream().map(norm -> report(norm, grid)).toList(),
                suspicions(grid));
    }

    @Override
    public JobEvent completed(TheorySubmitted event, TheoryReport report) {
        return new JobCompleted(event.jobId(), event.recipe(), null, null, null, report);
    }

    private static ContourPlan plan(GaussianMixtureRecipe recipe, Seed seed) {
        MeanDirection direction =
                switch (recipe.direction()) {
                    case ALL_ONES -> new MeanDirection.AllOnes();
                    case FIRST_AXIS -> new MeanDirection.FirstAxis();
                    case RANDOM -> new MeanDirection.Random(seed);
                };
        List<Double> axis = ContourPlan.evenlySpaced(recipe.points(), recipe.largestBlur());
        return new ContourPlan(recipe.dimension(), direction, recipe.norms(), axis, axis, recipe.draws(), seed);
    }

    private static TheoryReport.NormReport report(double norm, ContourGrid grid) {
        List<ContourPoint> points =
                grid.points().stream().filter(point -> point.norm() == norm).toList();
        ContourPoint lowest = points.stream()
                .min(Comparator.comparingDouble(point -> point.exact().value()))
                .orElseThrow();
        return new TheoryReport.NormReport(
                norm,
                lowest.cleanAccuracy(),
                lowest.exact().value(),
                List.of(lowest.aMinus(), lowest.aPlus()),
                points.stream().mapToDouble(MixtureTheory::deviation).max().orElseThrow(),
                points.size(),
                (int) points.stream()
                        .filter(point -> !point.printedBoundHolds())
                        .count());
    }

    /** Between sampling and the exact value, in standard errors that the exact value gives. */
    private static double deviation(ContourPoint point) {
        double exact = point.exact().value();
        double difference = Math.abs(point.sampled().share() - exact);
        double variance = exact * (1 - exact) / point.sampled().draws();
        // where nearly every draw is right, one wrong draw is no deviation
        double least = 1.0 / point.sampled().draws();
        return difference / Math.max(Math.sqrt(variance), least);
    }

    private static List<String> suspicions(ContourGrid grid) {
        List<String> broken = new ArrayList<>();
        for (ContourPoint point : grid.points()) {
            String where = String.format(
                    Locale.ROOT, "at ‖μ‖ = %s, a₋₁ = %s, a₁ = %s", point.norm(), point.aMinus(), point.aPlus());
            if (deviation(point) > LARGEST_DEVIATION) {
                broken.add(String.format(
                        Locale.ROOT,
                        "sampling gives %.4f and the exact distribution %.4f, %.1f standard errors apart, %s",
                        point.sampled().share(),
                        point.exact().value(),
                        deviation(point),
                        where));
            }
            if (point.bound() < point.exact().value() - point.exact().error()) {
                broken.add(String.format(
                        Locale.ROOT,
                        "the bound %.4f lies below the exact accuracy %.4f, %s",
                        point.bound(),
                        point.exact().value(),
                        where));
            }
        }
        return broken;
    }
}
