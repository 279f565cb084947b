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

    /** The augmentation of a recipe; whoever evaluates turns held-out and test images with {@link Grey#of} if it says grey. */
    public static Augmentation of(AugmentationRecipe recipe, Seed seed) {
        List<ImageTransform> transforms = new ArrayList<>();
        addWholeImageTransforms(recipe, transforms);
        if (recipe.cropPadding() > 0 || recipe.horizontalFlip()) {
            transforms.add(new CropAndFlip(recipe.cropPadding(), recipe.cropBorder(), recipe.horizontalFlip()));
        }
        addTransformsOfTheCrop(recipe, transforms);
        return new Augmentation(transforms, mixing(recipe), seed);
    }

    private static void addWholeImageTransforms(AugmentationRecipe recipe, List<ImageTransform> transforms) {
        if (recipe.grey()) {
            transforms.add(new Grey());
        }
        if (recipe.blur() != null) {
            transforms.add(new RandomBlur(recipe.blur().size(), recipe.blur().bound()));
        }
        if (recipe.sharpening() != null) {
            AugmentationRecipe.Sharpening sharpening = recipe.sharpening();
            transforms.add(new RandomSharpening(sharpening.centre(), sharpening.deviation(), sharpening.form()));
        }
        if (recipe.frequencies() != null) {
            transforms.add(new FrequencyFilter(recipe.frequencies().percent()));
        }
    }

    private static void addTransformsOfTheCrop(AugmentationRecipe recipe, List<ImageTransform> transforms) {
        if (recipe.autoAugment()) {
            transforms.add(new AutoAugment());
        }
        if (recipe.warping() != null) {
            transforms.add(
                    new RandomWarping(recipe.warping().bound(), recipe.warping().form()));
        }
        if (recipe.cutout() != null) {
            transforms.add(new Cutout(recipe.cutout().size()));
        }
        if (recipe.noise() != null) {
            transforms.add(new GaussianNoise(recipe.noise().sigma()));
        }
    }

    private static BatchMixing mixing(AugmentationRecipe recipe) {
        if (recipe.mixup() != null) {
            return new Mixup(recipe.mixup().alpha());
        }
        return recipe.cutmix() == null
                ? new Unmixed()
                : new CutMix(recipe.cutmix().alpha(), recipe.cutmix().probability());
    }

    List<ImageTransform> transforms() {
        return transforms;
    }

    BatchMixing mixing() {
        return mixing;
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
