package io.faultline.report;

/**
 * An epoch of fine-tuning.
 *
 * @param epoch counted from 1
 * @param loss mean over its training images
 * @param clean accuracy after it, on the split that the epoch is chosen on
 */
public record FineTuningEpoch(int epoch, double loss, Accuracy clean) {}
