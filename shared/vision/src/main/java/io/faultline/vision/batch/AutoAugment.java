package io.faultline.vision.batch;

import static io.faultline.vision.batch.LevelOperation.AUTO_CONTRAST;
import static io.faultline.vision.batch.LevelOperation.BRIGHTNESS;
import static io.faultline.vision.batch.LevelOperation.COLOR;
import static io.faultline.vision.batch.LevelOperation.CONTRAST;
import static io.faultline.vision.batch.LevelOperation.EQUALIZE;
import static io.faultline.vision.batch.LevelOperation.INVERT;
import static io.faultline.vision.batch.LevelOperation.POSTERIZE;
import static io.faultline.vision.batch.LevelOperation.ROTATE;
import static io.faultline.vision.batch.LevelOperation.SHARPNESS;
import static io.faultline.vision.batch.LevelOperation.SHEAR_Y;
import static io.faultline.vision.batch.LevelOperation.SOLARIZE;
import static io.faultline.vision.batch.LevelOperation.TRANSLATE_X;
import static io.faultline.vision.batch.LevelOperation.TRANSLATE_Y;

import io.faultline.recipe.Seed;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The policy that AutoAugment found for CIFAR-10 (Cubuk et al., CVPR 2019, Tab. 7): one of 25 pairs of operations is drawn for
 * each image, then each operation takes place with its own probability, with a random sign where it has one. In bytes; an image that is
 * not whole levels any more is rounded to them.
 *
 * @implNote magnitudes and operations as in torchvision's {@code AutoAugment}, in which some differ from the paper's: a shift is a
 *     share of the image's edge, and magnitudes are ten fixed numbers
 */
record AutoAugment() implements ImageTransform {
    /** @param magnitude step 0 to 9; of no effect where the operation has no magnitude */
    record Step(LevelOperation operation, double probability, int magnitude) {}

    record Pair(Step first, Step second) {}

    /** Which pair, which of its operations take place, and which of them in the opposite direction. */
    record Choice(int pair, boolean first, boolean second, boolean firstNegative, boolean secondNegative) {}

    static final List<Pair> CIFAR10 = List.of(
            pair(INVERT, 0.1, 0, CONTRAST, 0.2, 6),
            pair(ROTATE, 0.7, 2, TRANSLATE_X, 0.3, 9),
            pair(SHARPNESS, 0.8, 1, SHARPNESS, 0.9, 3),
            pair(SHEAR_Y, 0.5, 8, TRANSLATE_Y, 0.7, 9),
            pair(AUTO_CONTRAST, 0.5, 0, EQUALIZE, 0.9, 0),
            pair(SHEAR_Y, 0.2, 7, POSTERIZE, 0.3, 7),
            pair(COLOR, 0.4, 3, BRIGHTNESS, 0.6, 7),
            pair(SHARPNESS, 0.3, 9, BRIGHTNESS, 0.7, 9),
            pair(EQUALIZE, 0.6, 0, EQUALIZE, 0.5, 0),
            pair(CONTRAST, 0.6, 7, SHARPNESS, 0.6, 5),
            pair(COLOR, 0.7, 7, TRANSLATE_X, 0.5, 8),
            pair(EQUALIZE, 0.3, 0, AUTO_CONTRAST, 0.4, 0),
            pair(TRANSLATE_Y, 0.4, 3, SHARPNESS, 0.2, 6),
            pair(BRIGHTNESS, 0.9, 6, COLOR, 0.2, 8),
            pair(SOLARIZE, 0.5, 2, INVERT, 0.0, 0),
            pair(EQUALIZE, 0.2, 0, AUTO_CONTRAST, 0.6, 0),
            pair(EQUALIZE, 0.2, 0, EQUALIZE, 0.6, 0),
            pair(COLOR, 0.9, 9, EQUALIZE, 0.6, 0),
            pair(AUTO_CONTRAST, 0.8, 0, SOLARIZE, 0.2, 8),
            pair(BRIGHTNESS, 0.1, 3, COLOR, 0.7, 0),
            pair(SOLARIZE, 0.4, 5, AUTO_CONTRAST, 0.9, 0),
            pair(TRANSLATE_Y, 0.9, 9, TRANSLATE_Y, 0.7, 9),
            pair(AUTO_CONTRAST, 0.9, 0, SOLARIZE, 0.8, 3),
            pair(EQUALIZE, 0.8, 0, INVERT, 0.1, 0),
            pair(TRANSLATE_Y, 0.7, 9, AUTO_CONTRAST, 0.9, 0));

    private static Pair pair(
            LevelOperation first,
            double firstProbability,
            int firstMagnitude,
            LevelOperation second,
            double secondProbability,
            int secondMagnitude) {
        return new Pair(
                new Step(first, firstProbability, firstMagnitude),
                new Step(second, secondProbability, secondMagnitude));
    }

    @Override
    public void apply(Pixels pixels, Seed image) {
        apply(pixels, draw(image.derive("autoaugment").generator()));
    }

    Choice draw(SplittableRandom random) {
        int place = random.nextInt(CIFAR10.size());
        Pair pair = CIFAR10.get(place);
        return new Choice(
                place,
                random.nextDouble() < pair.first().probability(),
                random.nextDouble() < pair.second().probability(),
                random.nextBoolean(),
                random.nextBoolean());
    }

    void apply(Pixels pixels, Choice choice) {
        if (!choice.first() && !choice.second()) {
            return;
        }
        Levels image = new Levels(pixels.height(), pixels.width(), pixels.levels());
        Pair pair = CIFAR10.get(choice.pair());
        if (choice.first()) {
            apply(image, pair.first(), choice.firstNegative());
        }
        if (choice.second()) {
            apply(image, pair.second(), choice.secondNegative());
        }
        pixels.setLevels(image.bytes());
    }

    private static void apply(Levels image, Step step, boolean negative) {
        LevelOperation operation = step.operation();
        operation.apply(image, operation.magnitude(step.magnitude(), negative, image));
    }
}
