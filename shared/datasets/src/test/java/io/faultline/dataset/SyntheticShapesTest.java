package io.faultline.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.recipe.Seed;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SyntheticShapesTest {
    private static final int CLASSES = 10;
    private static final int TRAIN = 200;
    private static final int TEST = 100;
    /** Chance is 0.1; of 1,000 test images a classifier at chance gets fewer than 0.138 right but once in 10⁴ runs. */
    private static final double CHANCE_BOUND = 0.14;

    private static ImageDataset dataset;

    @BeforeAll
    static void generate() {
        dataset = SyntheticShapes.generate(TRAIN, TEST, Seed.of(0));
    }

    @Test
    void tenClassesOf32By32PixelsInEqualNumbers() {
        assertThat(dataset.form()).isEqualTo(DatasetForm.IMAGE_FOLDER);
        assertThat(dataset.classes())
                .containsExactly(
                        "bar", "crescent", "cross", "disc", "pair", "ring", "square", "star", "tee", "triangle");
        assertThat(dataset.train().size()).isEqualTo(CLASSES * TRAIN);
        assertThat(dataset.test().size()).isEqualTo(CLASSES * TEST);
        assertThat(dataset.train().ids()).isSorted().startsWith("bar/00000").endsWith("triangle/00199");
        for (int label = 0; label < CLASSES; label++) {
            int wanted = label;
            assertThat(IntStream.of(dataset.test().labels()).filter(l -> l == wanted))
                    .hasSize(TEST);
        }
        assertThat(dataset.train().images()).allMatch(image -> image.height() == 32 && image.width() == 32);
    }

    @Test
    void sameSeedGivesTheSamePixelsAndAnotherSeedOthers() {
        // When
        ImageDataset same = SyntheticShapes.generate(TRAIN, TEST, Seed.of(0));
        ImageDataset other = SyntheticShapes.generate(1, 1, Seed.of(1));

        // Then
        DatasetAssertions.assertEqual(same.train(), dataset.train());
        DatasetAssertions.assertEqual(same.test(), dataset.test());
        assertThat(other.train().images().get(0).pixels())
                .isNotEqualTo(dataset.train().images().get(0).pixels());
    }

    @Test
    void pixelsOfASeedAreFixedForEver() {
        // When
        ImageDataset small = SyntheticShapes.generate(5, 3, Seed.of(42));

        // Then: pinned, since a changed pixel would change the meaning of every recipe with the synthetic set
        assertThat(sha256(small.train())).isEqualTo("fe13b9aa8a31e53f9f43891810968378ae2f80d1e5ecfe6af36b002e0da4286b");
        assertThat(sha256(small.test())).isEqualTo("e063df859aa7ffbfbd5a7f5918e6447faa095b32075caecdd28ed956c8942d50");
    }

    @Test
    void largerSetContainsTheSmaller() {
        // When
        ImageDataset small = SyntheticShapes.generate(3, 2, Seed.of(0));

        // Then
        for (int i = 0; i < small.train().size(); i++) {
            int place = dataset.train().ids().indexOf(small.train().ids().get(i));
            DatasetAssertions.assertEqual(
                    small.train().images().get(i), dataset.train().images().get(place));
        }
    }

    @Test
    void noImageOccursTwiceNorInBothSplits() {
        // When
        Set<String> digests = new HashSet<>();
        dataset.train().images().forEach(image -> digests.add(HexFormat.of().formatHex(image.pixels())));
        dataset.test().images().forEach(image -> digests.add(HexFormat.of().formatHex(image.pixels())));

        // Then
        assertThat(digests).hasSize(CLASSES * (TRAIN + TEST));
    }

    @Test
    void meanColourDoesNotTellTheClass() {
        assertThat(nearestMean(List.of(
                        image -> mean(image, 0, 32, 0),
                        image -> mean(image, 0, 32, 1),
                        image -> mean(image, 0, 32, 2))))
                .isLessThan(CHANCE_BOUND);
    }

    @Test
    void brightnessOfTheQuartersDoesNotTellTheClass() {
        assertThat(nearestMean(List.of(
                        image -> quarter(image, 0, 0),
                        image -> quarter(image, 0, 16),
                        image -> quarter(image, 16, 0),
                        image -> quarter(image, 16, 16))))
                .isLessThan(CHANCE_BOUND);
    }

    @Test
    void borderDoesNotTellTheClass() {
        // a shape may touch the border, so the outermost row of pixels is all that is asked here
        assertThat(nearestMean(List.of(
                        image -> mean(image, 0, 1, 0), image -> mean(image, 0, 1, 1), image -> mean(image, 0, 1, 2))))
                .isLessThan(CHANCE_BOUND);
    }

    @Test
    void nearestMeanImageIsBarelyBetterThanChance() {
        // Given: every pixel is a feature
        List<ToDoubleFunction<RgbImage>> pixels = IntStream.range(0, 3 * 32 * 32)
                .<ToDoubleFunction<RgbImage>>mapToObj(i -> image -> image.pixels()[i] & 0xFF)
                .toList();

        // When, Then
        assertThat(nearestMean(pixels)).isLessThan(0.2);
    }

    @Test
    void everyPixelCarriesNoise() {
        // Given: the difference of neighbours of the second order, which smooth light and texture hardly reach
        double sum = 0;
        int count = 0;
        for (RgbImage image : dataset.train().images()) {
            for (int x = 1; x + 1 < 32; x++) {
                int i = 3 * x;
                double curvature = (image.pixels()[i - 3] & 0xFF)
                        - 2.0 * (image.pixels()[i] & 0xFF)
                        + (image.pixels()[i + 3] & 0xFF);
                sum += curvature * curvature;
                count++;
            }
        }

        // When: white noise of deviation σ gives curvature of variance 6 σ²
        double deviation = Math.sqrt(sum / count / 6);

        // Then
        assertThat(deviation).isBetween(8.0, 25.0);
    }

    @Test
    void numberOfImagesHasBounds() {
        assertThatThrownBy(() -> SyntheticShapes.generate(0, 1, Seed.of(0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("0 images per class; expected 1 to 100000");
    }

    /** Share of test images whose features lie nearest to those of the training images of their class. */
    private static double nearestMean(List<ToDoubleFunction<RgbImage>> features) {
        double[][] means = new double[CLASSES][features.size()];
        LabeledImages train = dataset.train();
        for (int i = 0; i < train.size(); i++) {
            for (int f = 0; f < features.size(); f++) {
                means[train.labels()[i]][f] +=
                        features.get(f).applyAsDouble(train.images().get(i)) / TRAIN;
            }
        }
        LabeledImages test = dataset.test();
        long right = IntStream.range(0, test.size())
                .filter(i -> nearest(means, features, test.images().get(i)) == test.labels()[i])
                .count();
        return (double) right / test.size();
    }

    private static int nearest(double[][] means, List<ToDoubleFunction<RgbImage>> features, RgbImage image) {
        double[] values = features.stream()
                .mapToDouble(feature -> feature.applyAsDouble(image))
                .toArray();
        int best = 0;
        double least = Double.POSITIVE_INFINITY;
        for (int label = 0; label < means.length; label++) {
            double distance = 0;
            for (int f = 0; f < values.length; f++) {
                distance += (values[f] - means[label][f]) * (values[f] - means[label][f]);
            }
            if (distance < least) {
                least = distance;
                best = label;
            }
        }
        return best;
    }

    private static double quarter(RgbImage image, int top, int left) {
        double sum = 0;
        for (int y = top; y < top + 16; y++) {
            for (int x = left; x < left + 16; x++) {
                for (int channel = 0; channel < 3; channel++) {
                    sum += image.pixels()[3 * (32 * y + x) + channel] & 0xFF;
                }
            }
        }
        return sum / (3 * 16 * 16);
    }

    private static double mean(RgbImage image, int top, int rows, int channel) {
        double sum = 0;
        for (int i = 32 * top; i < 32 * (top + rows); i++) {
            sum += image.pixels()[3 * i + channel] & 0xFF;
        }
        return sum / (32 * rows);
    }

    private static String sha256(LabeledImages images) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            images.images().forEach(image -> digest.update(image.pixels()));
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
