package io.faultline.report;

import java.util.List;

/**
 * What a network answers on the test split, beyond its accuracy.
 *
 * @param byClass accuracy on each class's images, in the order of labels
 * @param confusion one row per true class: how many of its images were answered with each class
 * @param calibrationError expected calibration error over 15 bins of equal width, from 0 to 1
 * @param negativeLogLikelihood mean over the images
 * @param brier mean squared difference of answered probabilities and truth, from 0 to 2
 */
public record ClassifierReport(
        List<Accuracy> byClass,
        List<List<Long>> confusion,
        double calibrationError,
        double negativeLogLikelihood,
        double brier) {
    public ClassifierReport {
        byClass = List.copyOf(byClass);
        confusion = confusion.stream().map(List::copyOf).toList();
    }
}
