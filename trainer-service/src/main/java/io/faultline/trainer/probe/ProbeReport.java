package io.faultline.trainer.probe;

import io.faultline.report.Accuracy;
import java.util.Locale;

/**
 * What predictions tell about whether a model was trained on a protected data set.
 *
 * @param clean accuracy on the images as they are
 * @param own accuracy on the images through their own class's filter
 * @param permuted accuracy on the images through the next class's filter
 * @param onlyOwn images right through their own filter and wrong through the next class's
 * @param onlyPermuted images wrong through their own filter and right through the next class's
 * @param imagePValue one-sided exact McNemar test: of so uneven a split, if either filter served the model as well
 * @param ownMinusPermuted how much better the own filters serve it, on these images and filters
 * @param ownMinusClean how much better the own filters serve it than none
 * @param classPValue of so strong a tie of classes to their own filters, if the filters had been drawn without the model
 * @param smallestClassPValue the least that this many classes and permutations can give
 * @param level error level: an innocent model is called trained with at most this probability
 * @param verdict at this level
 */
public record ProbeReport(
        Accuracy clean,
        Accuracy own,
        Accuracy permuted,
        long onlyOwn,
        long onlyPermuted,
        double imagePValue,
        AccuracyDifference ownMinusPermuted,
        AccuracyDifference ownMinusClean,
        double classPValue,
        double smallestClassPValue,
        double level,
        Verdict verdict) {

    private static final double SMALLEST_SHOWN = 1e-300;

    /** What the owner may say. */
    public enum Verdict {
        /** Both tests reject that the model knows nothing of the filters. */
        TRAINED_ON_IT,
        /** At least one does not. */
        NO_EVIDENCE,
        /** So few classes or permutations that no model could be called trained at this level. */
        TOO_FEW_CLASSES
    }

    /** The numbers as one sentence. */
    public String text() {
        String numbers = String.format(
                Locale.ROOT,
                "%.2f %% right through the classes' own filters, %.2f %% through permuted ones, %.2f %% without"
                        + " (difference own to permuted %.2f points, 95 %% interval %.2f to %.2f; p %s by images,"
                        + " %.2g by classes)",
                own.percent(),
                permuted.percent(),
                clean.percent(),
                100 * ownMinusPermuted.estimate(),
                100 * ownMinusPermuted.lower(),
                100 * ownMinusPermuted.upper(),
                compared(imagePValue),
                classPValue);
        return numbers
                + switch (verdict) {
                    case TRAINED_ON_IT -> ": trained on the protected data";
                    case NO_EVIDENCE -> ": no evidence that it was trained on the protected data";
                    case TOO_FEW_CLASSES ->
                        ": too few classes to tell (p of " + smallestClassPValue
                                + " at best); predict through every class's filter or choose a larger error level";
                }
                + String.format(Locale.ROOT, ", at an error level of %.2g.", level);
    }

    /** A probability too small for a double is not nought. */
    private static String compared(double probability) {
        return probability < SMALLEST_SHOWN
                ? String.format(Locale.ROOT, "< %.0e", SMALLEST_SHOWN)
                : String.format(Locale.ROOT, "= %.2g", probability);
    }
}
