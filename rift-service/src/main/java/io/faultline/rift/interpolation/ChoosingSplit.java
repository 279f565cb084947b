package io.faultline.rift.interpolation;

import io.faultline.dataset.InvalidDatasetException;
import io.faultline.dataset.LabeledImages;
import io.faultline.recipe.Split;
import io.faultline.report.Accuracy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * The images that epoch and α are chosen on, and what a reader must know of them.
 *
 * @param images how many
 * @param largestClass how many of the most frequent class
 * @param classes that the network tells apart
 */
public record ChoosingSplit(Split split, long images, long largestClass, int classes) {
    private static final double STANDARD_ERRORS = 2;

    /** @throws InvalidDatasetException if there are fewer images than classes */
    public ChoosingSplit {
        if (images < classes) {
            throw new InvalidDatasetException("the " + SplitNames.of(split) + " has " + images + " images of " + classes
                    + " classes; epoch and α are chosen on it, which needs at least one image for each class: "
                    + (split == Split.HELD_OUT
                            ? "raise training.validationFraction or give more images"
                            : "give more images"));
        }
    }

    /** @throws InvalidDatasetException if there are fewer images than classes */
    public static ChoosingSplit of(Split split, LabeledImages images, int classes) {
        long largest = IntStream.range(0, classes)
                .mapToLong(label -> Arrays.stream(images.labels())
                        .filter(own -> own == label)
                        .count())
                .max()
                .orElse(0);
        return new ChoosingSplit(split, images.size(), largest, classes);
    }

    /**
     * What must be known to read a choice on this split.
     *
     * @param tolerance of robust accuracy, in percentage points
     * @param origin robust accuracy at α = 0 on this split
     * @return as sentences; none if there is nothing to say
     */
    public List<String> notes(double tolerance, Accuracy origin) {
        List<String> notes = new ArrayList<>();
        if (split == Split.TEST) {
            notes.add("Epoch and α were chosen on the test split, as in the authors' script, so that the figures on it"
                    + " flatter the result.");
        }
        double oneImage = 100.0 / images;
        if (oneImage > tolerance) {
            notes.add(String.format(
                    Locale.ROOT,
                    "One image of the %s is %.2f points, more than the tolerance of %s: an α that loses a single robust"
                            + " image is refused.",
                    SplitNames.of(split),
                    oneImage,
                    tolerance));
        }
        double constant = (double) largestClass / images;
        double standardError = Math.sqrt(constant * (1 - constant) / images);
        if (origin.percent() <= 100 * (constant + STANDARD_ERRORS * standardError)) {
            notes.add(String.format(
                    Locale.ROOT,
                    "RiFT's premise fails: the network to refine is not robust. Its robust accuracy on the %s is %.2f %%"
                            + " (%d of %d), and one answer for all images reaches %.2f %% (standard error %.2f), so that"
                            + " there is no robustness to keep. Train adversarially first.",
                    SplitNames.of(split),
                    origin.percent(),
                    origin.correct(),
                    origin.total(),
                    100 * constant,
                    100 * standardError));
        }
        return List.copyOf(notes);
    }
}
