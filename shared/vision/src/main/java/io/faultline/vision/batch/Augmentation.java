package io.faultline.vision.batch;

import io.faultline.recipe.AugmentationRecipe;
import io.faultline.recipe.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What happens to the images of an epoch before they are trained on: a list of transforms of each image by itself, one after the
 * other, and then a mixing of the images of a batch. All of it is a function of seed, epoch and the image's place in the data set;
 * the mixing of seed, epoch and the place of the batch's first image. Thread-safe.
 *
 * <p>The order that recipes get: grey, blur, sharpening, frequency filter, crop and flip, AutoAugment, warping, cutout, noise,
 * mixing. Sharpening and frequency filter come before the crop and warping comes after it in their authors' scripts, AutoAugment and
 * cutout after it in theirs; blur treats the whole image as CUDA does; and nothing clips the noise.
 */
public final class Augmentation {
    /** Leaves images as they are. */
    public static final Augmentation NONE = new Augmentation(List.of(), new Unmixed(), Seed.of(0));

    private final List<ImageTransform> transforms;
    private final BatchMixing mixing;
    private final Seed seed;

    /** @throws IllegalArgumentException if two transforms are of one kind: they would draw the same numbers */
    Augmentation(List<ImageTransform> transforms, BatchMixing mixing, Seed seed) {
        long kinds =
                transforms.stream().map(ImageTransform::getClass).distinct().count();
        if (kinds < transforms.size()) {
            throw new IllegalArgumentException(
                    transforms.size() + " transforms of " + kinds + " kinds; expected one of each kind: " + transforms);
        }
        this.transforms = List.copyOf(transforms);
        this.mixing = mixing;
        this.seed = seed;
    }

    public static Augmentation of(AugmentationRecipe recipe, Seed seed) {
        List<ImageTransform> transforms = new ArrayList<>();
        if (recipe.cropPadding() > 0 || recipe.horizontalFlip()) {
            transforms.add(new CropAndFlip(recipe.cropPadding(), CropAndFlip.Border.ZERO, recipe.horizontalFlip()));
        }
        return new Augmentation(transforms, new Unmixed(), seed);
    }

    void apply(Pixels pixels, int epoch, int place) {
        if (transforms.isEmpty()) {
            return;
        }
        Seed image = seed.derive(epoch).derive(place);
        for (ImageTransform transform : transforms) {
            transform.apply(pixels, image);
        }
    }

    /** @param values the whole batch, mixed where it is */
    Optional<BatchMixing.Mixture> mix(float[] values, int[] places, int height, int width, int epoch) {
        if (places.length == 0) {
            return Optional.empty();
        }
        Seed batch = seed.derive("mixing").derive(epoch).derive(places[0]);
        return mixing.mix(values, places.length, height, width, batch);
    }
}
