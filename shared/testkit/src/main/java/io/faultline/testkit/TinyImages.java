package io.faultline.testkit;

import io.faultline.dataset.DatasetForm;
import io.faultline.dataset.ImageDataset;
import io.faultline.dataset.LabeledImages;
import io.faultline.dataset.RgbImage;
import io.faultline.recipe.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Data sets so small that a test reads or trains on them in no time, made in code. */
public final class TinyImages {
    private static final int BRIGHT = 200;
    private static final int DARK = 56;
    private static final int NOISE = 40;

    private TinyImages() {}

    /** Two classes of 8×8 images, 16 of each to train and 8 of each to test: {@code left} and {@code right}. */
    public static ImageDataset twoClasses(Seed seed) {
        return twoClasses(seed, 16, 8, 8);
    }

    /**
     * Two classes that differ in the half that is bright, under noise and a random colour: a linear classifier separates them.
     *
     * @param trainPerClass training images of each class, at least 1
     * @param testPerClass test images of each class, at least 1
     * @param side height and width in pixels, at least 2
     */
    public static ImageDataset twoClasses(Seed seed, int trainPerClass, int testPerClass, int side) {
        return new ImageDataset(
                DatasetForm.IMAGE_FOLDER,
                List.of("left", "right"),
                split(seed.derive("train"), trainPerClass, side),
                split(seed.derive("test"), testPerClass, side));
    }

    private static LabeledImages split(Seed seed, int perClass, int side) {
        List<String> ids = new ArrayList<>();
        List<RgbImage> images = new ArrayList<>();
        int[] labels = new int[2 * perClass];
        for (int label = 0; label < 2; label++) {
            for (int i = 0; i < perClass; i++) {
                int place = label * perClass + i;
                labels[place] = label;
                ids.add((label == 0 ? "left" : "right") + "/" + String.format("%04d", i) + ".png");
                images.add(image(seed.derive(place).generator(), label, side));
            }
        }
        return new LabeledImages(ids, labels, images);
    }

    private static RgbImage image(SplittableRandom random, int label, int side) {
        byte[] pixels = new byte[3 * side * side];
        int[] tint = {random.nextInt(NOISE), random.nextInt(NOISE), random.nextInt(NOISE)};
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                boolean bright = (2 * x < side) == (label == 0);
                for (int channel = 0; channel < 3; channel++) {
                    int value = (bright ? BRIGHT : DARK) - tint[channel] + random.nextInt(NOISE);
                    pixels[3 * (y * side + x) + channel] = (byte) value;
                }
            }
        }
        return new RgbImage(side, side, pixels);
    }
}
