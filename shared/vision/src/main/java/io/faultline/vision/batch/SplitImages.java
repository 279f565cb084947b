package io.faultline.vision.batch;

import io.faultline.dataset.DatasetReader;
import io.faultline.dataset.ImageDataset;
import io.faultline.dataset.ImageSource;
import io.faultline.dataset.LabeledImages;
import io.faultline.dataset.ReadProgress;
import io.faultline.dataset.RgbImage;
import io.faultline.dataset.StratifiedSplit;
import io.faultline.recipe.Seed;
import io.faultline.recipe.TrainingRecipe;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.function.UnaryOperator;

/**
 * A data set's images by what they may be used for. They lie in a mapped file, so that the data set may be larger than the heap.
 *
 * @param classes their names, by label
 * @param train what weights are fitted to
 * @param heldOut training images kept aside, stratified, for everything that is chosen
 * @param test what is measured once, at the end
 */
public record SplitImages(List<String> classes, LabeledImages train, LabeledImages heldOut, LabeledImages test) {
    private static final Path SCRATCH = Path.of(System.getProperty("java.io.tmpdir"));

    public SplitImages {
        classes = List.copyOf(classes);
    }

    /**
     * Reads a data set as a recipe divides it. The same seed holds out the same images, in whatever stage.
     *
     * @param seed the recipe's
     * @param decoded hears how many images were decoded since it heard last
     * @throws io.faultline.dataset.InvalidDatasetException if it cannot be read
     * @throws java.io.UncheckedIOException if there is no room for the decoded images in the temporary directory
     */
    public static SplitImages read(Path dataset, TrainingRecipe recipe, Seed seed, LongConsumer decoded) {
        try (ImageSource source = DatasetReader.open(dataset)) {
            return of(ImageDataset.mapped(source, SCRATCH, new Difference(decoded)), recipe, seed);
        }
    }

    /** The longer side of the first image, in pixels. */
    public int side() {
        RgbImage first = train.images().get(0);
        return Math.max(first.height(), first.width());
    }

    private static SplitImages of(ImageDataset dataset, TrainingRecipe recipe, Seed seed) {
        LabeledImages published = dataset.train();
        StratifiedSplit split =
                StratifiedSplit.holdOut(published.labels(), recipe.validationFraction(), seed.derive("held-out"));
        LabeledImages heldOut = published.select(split.heldOut());
        // training images lose their colour with the other augmentations
        UnaryOperator<LabeledImages> preparation = preparation(recipe);
        return new SplitImages(
                dataset.classes(),
                published.select(split.kept()),
                preparation.apply(heldOut),
                preparation.apply(dataset.test()));
    }

    /** What held-out and test images go through, and whatever else a network of this recipe is measured on. */
    public static UnaryOperator<LabeledImages> preparation(TrainingRecipe recipe) {
        return recipe.augmentation().grey() ? Grey::of : UnaryOperator.identity();
    }

    private static final class Difference implements ReadProgress {
        private final LongConsumer decoded;
        private long told;

        Difference(LongConsumer decoded) {
            this.decoded = decoded;
        }

        @Override
        public void read(long done, long total) {
            decoded.accept(done - told);
            told = done;
        }
    }
}
