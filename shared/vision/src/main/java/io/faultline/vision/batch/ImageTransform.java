package io.faultline.vision.batch;

import io.faultline.recipe.Seed;

/** One change of one training image. What it draws is a function of the image's seed, which the epoch and the image's place give. */
sealed interface ImageTransform
        permits Grey,
                RandomBlur,
                RandomSharpening,
                FrequencyFilter,
                CropAndFlip,
                AutoAugment,
                RandomWarping,
                Cutout,
                GaussianNoise {
    /**
     * Changes the image.
     *
     * @param image the seed of this image in this epoch, the same for all transforms: each derives its own draws from it
     */
    void apply(Pixels pixels, Seed image);
}
