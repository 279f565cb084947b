package io.faultline.vision.training;

import ai.djl.ndarray.NDArray;

/**
 * What a risk makes of a batch.
 *
 * @param value scalar, the mean over the batch: what is minimised
 * @param logits (N, K), those by which the accuracy in training is counted: of the attacked images, where the risk attacks
 */
public record BatchLoss(NDArray value, NDArray logits) {}
