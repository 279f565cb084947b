package io.faultline.dataset;

import io.faultline.recipe.Split;
import java.nio.file.Path;
import java.util.List;

/**
 * A labelled image data set with its two published splits.
 *
 * @param form how it lay on disk, and how it is written again
 * @param classes their names, by label
 * @param descriptions what the form says of each class beside its name: the words of a Tiny-ImageNet id, the superclass of
 *     a CIFAR-100 class; the name itself where it says nothing
 */
public record ImageDataset(
        DatasetForm form, List<String> classes, List<String> descriptions, LabeledImages train, LabeledImages test) {
    public ImageDataset {
        classes = List.copyOf(classes);
        descriptions = List.copyOf(descriptions);
        if (descriptions.size() != classes.size()) {
            throw new IllegalArgumentException(
                    descriptions.size() + " descriptions of " + classes.size() + " classes; expected one each");
        }
    }

    /** A data set whose form says nothing of a class but its name. */
    public ImageDataset(DatasetForm form, List<String> classes, LabeledImages train, LabeledImages test) {
        this(form, classes, classes, train, test);
    }

    /** All of a source's images, in memory. */
    public static ImageDataset of(ImageSource source, ReadProgress progress) {
        ImageIndex train = source.index(Split.TRAINING);
        ImageIndex test = source.index(Split.TEST);
        RgbImage[] trainImages = new RgbImage[train.size()];
        RgbImage[] testImages = new RgbImage[test.size()];
        source.forEach(
                (split, place, image) -> (split == Split.TRAINING ? trainImages : testImages)[place] = image, progress);
        return new ImageDataset(
                source.form(),
                source.classes(),
                source.descriptions(),
                new LabeledImages(train.ids(), train.labels(), List.of(trainImages)),
                new LabeledImages(test.ids(), test.labels(), List.of(testImages)));
    }

    /**
     * All of a source's images, decoded into a file that is mapped into memory, for data sets larger than the heap.
     *
     * @param directory of the file, which nobody else sees; must have room for three bytes per pixel
     * @throws InvalidDatasetException naming the image that cannot be decoded
     * @throws java.io.UncheckedIOException if there is no room
     */
    public static ImageDataset mapped(ImageSource source, Path directory, ReadProgress progress) {
        return MappedImages.of(source, directory, progress);
    }

    /** The same data set with other training images: protected ones, or a part of them. */
    public ImageDataset withTrain(LabeledImages other) {
        return new ImageDataset(form, classes, descriptions, other, test);
    }

    /** The same data set with other test images, such as a part of them. */
    public ImageDataset withTest(LabeledImages other) {
        return new ImageDataset(form, classes, descriptions, train, other);
    }
}
