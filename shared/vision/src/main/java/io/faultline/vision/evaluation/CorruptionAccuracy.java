package io.faultline.vision.evaluation;

import io.faultline.report.Accuracy;
import java.util.List;

/**
 * The accuracy on images under one corruption at one severity: the unit that an evaluation of corruptions is cut into.
 *
 * @param corruption under the published sets' name, such as {@code gaussian_noise}
 * @param severity 1 to 5
 * @param correctPlaces where in the data the images are that are labelled right, ascending
 */
public record CorruptionAccuracy(String corruption, int severity, Accuracy accuracy, List<Integer> correctPlaces) {
    public CorruptionAccuracy {
        correctPlaces = List.copyOf(correctPlaces);
    }
}
