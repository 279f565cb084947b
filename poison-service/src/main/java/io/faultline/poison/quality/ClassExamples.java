package io.faultline.poison.quality;

import java.util.List;

/**
 * What a {@link ComparisonGrid} shows of one class.
 *
 * @param name of the class
 * @param quality whose mean PSNR and SSIM stand beside the pictures
 * @param examples from left to right
 */
public record ClassExamples(String name, ClassQuality quality, List<ImagePair> examples) {
    public ClassExamples {
        examples = List.copyOf(examples);
    }
}
