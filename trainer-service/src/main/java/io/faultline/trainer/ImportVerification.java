package io.faultline.trainer;

import io.faultline.recipe.StartRecipe;
import io.faultline.report.Accuracy;
import io.faultline.report.ImportReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Holds what an imported checkpoint reaches against what its author states. */
final class ImportVerification {
    private ImportVerification() {}

    /**
     * @param clean null where it was not measured
     * @param robust null where it was not measured
     */
    static ImportReport of(StartRecipe start, String layout, Accuracy clean, Accuracy robust) {
        StartRecipe.Stated stated = start.stated();
        if (stated == null || (stated.clean() == null && stated.robust() == null)) {
            return new ImportReport(layout, clean, robust, null, null);
        }
        List<String> misses = new ArrayList<>();
        miss("clean", stated.clean(), clean, stated.tolerance(), misses);
        miss("robust", stated.robust(), robust, stated.tolerance(), misses);
        return new ImportReport(
                layout,
                clean,
                robust,
                misses.isEmpty(),
                misses.isEmpty() ? "Every stated accuracy was met." : String.join(" ", misses));
    }

    private static void miss(String which, Double stated, Accuracy measured, double tolerance, List<String> misses) {
        if (stated == null) {
            return;
        }
        if (measured == null) {
            misses.add("Stated is a " + which + " accuracy of " + stated + " %, which was not measured.");
        } else if (measured.percent() < stated - tolerance) {
            misses.add(String.format(
                    Locale.ROOT,
                    "Stated is a %s accuracy of %s %%, measured were %.2f %%, more than %s points less.",
                    which,
                    stated,
                    measured.percent(),
                    tolerance));
        }
    }
}
