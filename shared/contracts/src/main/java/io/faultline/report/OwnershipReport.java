package io.faultline.report;

/**
 * What a network's answers tell about whether it was trained on the protected data.
 *
 * @param verdict {@code TRAINED_ON_IT}, {@code NO_EVIDENCE} or {@code TOO_FEW_CLASSES}
 * @param imagePValue one-sided exact McNemar test over images, own filters against permuted ones
 * @param classPValue exact test over classes, since images of a class share one filter
 * @param level error level of the verdict: a network that never saw the data is called trained with at most this probability
 * @param text the same in a sentence, with accuracies and intervals
 */
public record OwnershipReport(String verdict, double imagePValue, double classPValue, double level, String text) {}
