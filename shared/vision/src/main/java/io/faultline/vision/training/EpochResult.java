package io.faultline.vision.training;

import io.faultline.report.Accuracy;

/**
 * What one epoch measured.
 *
 * @param epoch counted from 1
 * @param learningRate of its last step
 * @param loss mean over its images
 * @param accuracy on the images as the risk chose them, by the network as it was at each step
 * @param seconds of wall time
 */
public record EpochResult(int epoch, double learningRate, double loss, Accuracy accuracy, double seconds) {}
