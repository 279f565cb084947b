package io.faultline.dataset;

import io.faultline.recipe.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Small data sets of random pixels, made in code. */
final class TinyImages {
    private TinyImages() {}

    /** Classes ant, bee, … of so many images of random pixels, in the given form. */
    static ImageDataset of(DatasetForm form, int classes, int trainPerClass, int testPerClass, int side) {
        List<String> names = List.of("ant", "bee", "cat", "dog", "elk").subList(0, classes);
        List<String> descriptions = names;
        if (form == DatasetForm.TINY_IMAGENET) {
            names = List.of("n03", "n01", "n02", "n05", "n04").subList(0, classes);
            descriptions = List.of("ant, emmet", "bee", "cat", "dog", "elk").subList(0, classes);
        }
        if (form == DatasetForm.CIFAR100_BINARY) {
            descriptions = List.of("insects", "insects", "mammals", "mammals", "mammals")
                    .subList(0, classes);
        }
        return new ImageDataset(
                form,
                names,
                descriptions,
                images(form, names, trainPerClass, side, "train"),
                images(form, names, testPerClass, side, "test"));
    }

    static RgbImage noise(int height, int width, Seed seed) {
        SplittableRandom random = seed.generator();
        byte[] pixels = new byte[3 * height * width];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) random.nextInt(256);
        }
        return new RgbImage(height, width, pixels);
    }

    private static LabeledImages images(DatasetForm form, List<String> names, int perClass, int side, String split) {
        List<String> ids = new ArrayList<>();
        int[] labels = new int[names.size() * perClass];
        List<RgbImage> images = new ArrayList<>();
        for (int i = 0; i < labels.length; i++) {
            boolean cifar = form == DatasetForm.CIFAR10_BINARY || form == DatasetForm.CIFAR100_BINARY;
            labels[i] = cifar ? i % names.size() : i / perClass;
            ids.add(
                    switch (form) {
                        case IMAGE_FOLDER -> names.get(labels[i]) + "/" + String.format("%04d", i % perClass);
                        case TINY_IMAGENET -> String.format("%s_%04d", split, i);
                        case CIFAR10_BINARY, CIFAR100_BINARY -> String.format("earlier-%s/%05d", split, 7 * i);
                    });
            images.add(noise(side, side, Seed.of(1).derive(split).derive(i)));
        }
        return new LabeledImages(ids, labels, images);
    }
}
