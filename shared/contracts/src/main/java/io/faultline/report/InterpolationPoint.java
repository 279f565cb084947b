package io.faultline.report;

/**
 * The network at one place between the trained (α = 0) and the fine-tuned weights (α = 1).
 *
 * @param clean on the held-out split
 * @param robust on the held-out split, under the evaluation attack
 */
public record InterpolationPoint(double alpha, Accuracy clean, Accuracy robust) {}
