package io.faultline.vision.corruption;

import io.faultline.dataset.RgbImage;

/** What one severity of one corruption does to an image. Immutable. */
@FunctionalInterface
interface Distortion {
    /**
     * @param image at least {@value CorruptionLevel#SMALLEST_IMAGE} pixels each way
     * @param uniforms all its randomness, drawn in the order that the reference draws in
     * @return of the same size
     */
    RgbImage apply(RgbImage image, Uniforms uniforms);
}
