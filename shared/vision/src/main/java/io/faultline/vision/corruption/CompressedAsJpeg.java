package io.faultline.vision.corruption;

import io.faultline.dataset.JpegLoss;
import io.faultline.dataset.RgbImage;

/**
 * Written as a JPEG and read again.
 *
 * @implNote quality is libjpeg's, whose tables are handed to the platform's encoder in place of its own scale from 0 to 1, and colour
 *     is sampled 2×2 as libjpeg does unless told otherwise. What is left to differ from the published sets are the encoder's
 *     and the decoder's build
 */
final class CompressedAsJpeg implements Distortion {
    private final JpegLoss loss;

    private CompressedAsJpeg(int quality) {
        this.loss = new JpegLoss(quality);
    }

    static Distortion of(CorruptionScale scale, int severity) {
        return new CompressedAsJpeg((int) scale.row(
                        severity,
                        new double[][] {{80}, {65}, {58}, {50}, {40}},
                        new double[][] {{65}, {58}, {50}, {40}, {25}},
                        new double[][] {{25}, {18}, {15}, {10}, {7}})[0]);
    }

    @Override
    public RgbImage apply(RgbImage image, Uniforms uniforms) {
        return loss.apply(image);
    }
}
