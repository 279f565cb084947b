package io.faultline.rift.interpolation;

import io.faultline.report.Accuracy;
import io.faultline.report.InterpolationPoint;
import io.faultline.report.PairedDifference;
import java.util.Locale;

/** A place of the path beside α = 0, in words: what changed, and whether that is more than noise. */
record PointComparison(InterpolationPoint origin, InterpolationPoint point) {
    // a difference of less is what other images of the same kind could have made of none, at the usual 5 %
    private static final double STANDARD_ERRORS = 2;

    String text() {
        String figures = change("clean", origin.clean(), point.clean(), point.cleanChange())
                + "; "
                + change("robust", origin.robust(), point.robust(), point.robustChange())
                + ".";
        return point.cleanChange().points() > 0 && isNoise(point.cleanChange())
                ? figures + " The clean gain is less than two standard errors: it is within noise."
                : figures;
    }

    private static String change(String kind, Accuracy from, Accuracy to, PairedDifference difference) {
        if (difference.points() == 0 && difference.standardError() == 0) {
            return String.format(Locale.ROOT, "%s %.2f %%, on the same images as at α = 0", kind, to.percent());
        }
        return String.format(
                Locale.ROOT,
                "%s %.2f %% → %.2f %%, %+.2f points (standard error %.2f%s)",
                kind,
                from.percent(),
                to.percent(),
                difference.points(),
                difference.standardError(),
                isNoise(difference) ? ": within noise" : "");
    }

    private static boolean isNoise(PairedDifference difference) {
        return Math.abs(difference.points()) < STANDARD_ERRORS * difference.standardError();
    }
}
