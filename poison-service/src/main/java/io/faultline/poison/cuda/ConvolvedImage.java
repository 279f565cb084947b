package io.faultline.poison.cuda;

import io.faultline.dataset.RgbImage;

/**
 * An image after its class's convolution.
 *
 * @param clipped pixel values that lay outside 0 to 255 and were cut off; none where each image is divided by its largest
 */
public record ConvolvedImage(RgbImage image, int clipped) {}
