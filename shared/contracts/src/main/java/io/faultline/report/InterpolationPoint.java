package io.faultline.report;

/**
 * The network at one place between the trained (α = 0) and the fine-tuned weights (α = 1).
 *
 * @param clean on the split that α is chosen on
 * @param robust on the same images, under the evaluation attack
 * @param cleanChange from α = 0
 * @param robustChange from α = 0
 */
public record InterpolationPoint(
        double alpha, Accuracy clean, Accuracy robust, PairedDifference cleanChange, PairedDifference robustChange) {}
