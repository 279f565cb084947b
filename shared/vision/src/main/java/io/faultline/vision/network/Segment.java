package io.faultline.vision.network;

/**
 * A step of a network's chain: the stem, a block or the head.
 *
 * @param name the prefix of its tensors where they share one
 */
record Segment(String name, Layer layer) {}
