package io.faultline.poison.theory;

import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * A contour grid as CSV (ASCII, comma, a header line, lines end in \n), one point a line:
 *
 * <ul>
 *   <li>{@code dimension}, {@code direction}, {@code norm}, {@code a_minus}, {@code a_plus}: d, the mean's direction, ‖μ‖₂, a₋₁, a₁
 *   <li>{@code clean_accuracy}: Φ(‖μ‖)
 *   <li>{@code exact_accuracy}, {@code exact_error}: τ_D(P̃) and how far it may be off
 *   <li>{@code sampled_accuracy}, {@code sampled_standard_error}, {@code draws}
 *   <li>{@code bound}: the bound that holds
 *   <li>{@code bound_as_printed}, {@code bound_as_printed_holds}: Theorem 2 as printed, and {@code false} where it is below the
 *       exact accuracy
 * </ul>
 */
public final class ContourTable {
    private static final String HEADER =
            "dimension,direction,norm,a_minus,a_plus,clean_accuracy,exact_accuracy,exact_error,"
                    + "sampled_accuracy,sampled_standard_error,draws,bound,bound_as_printed,bound_as_printed_holds\n";

    private ContourTable() {}

    /** Writes and flushes; the stream stays open. */
    public static void write(ContourGrid grid, OutputStream out) throws IOException {
        Writer writer = new OutputStreamWriter(out, StandardCharsets.US_ASCII);
        writer.write(HEADER);
        ContourPlan plan = grid.plan();
        for (ContourPoint point : grid.points()) {
            writer.write(String.format(
                    Locale.ROOT,
                    "%d,%s,%s,%.6f,%.6f,%.10f,%.10f,%.1e,%.10f,%.10f,%d,%.10f,%.10f,%b\n",
                    plan.dimension(),
                    plan.direction().label(),
                    point.norm(),
                    point.aMinus(),
                    point.aPlus(),
                    point.cleanAccuracy(),
                    point.exact().value(),
                    point.exact().error(),
                    point.sampled().share(),
                    point.sampled().standardError(),
                    point.sampled().draws(),
                    point.bound(),
                    point.boundAsPrinted(),
                    point.printedBoundHolds()));
        }
        writer.flush();
    }
}
