package io.faultline.poison.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.dataset.DatasetForm;
import io.faultline.dataset.ImageDataset;
import io.faultline.dataset.LabeledImages;
import io.faultline.dataset.RgbImage;
import io.faultline.recipe.Seed;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnlearnableDatasetTest {
    private static final FilterBank FILTERS = new NumpySeededFilters(3).generate(2, 3, 0.3);
    private static final Seed SEED = Seed.of(11);

    @ParameterizedTest(name = "{0} of 10 and 5 images protects {1} and {2}")
    @CsvSource({"0, 0, 0", "0.2, 2, 1", "0.5, 5, 3", "0.99, 10, 5", "1, 10, 5"})
    void theFractionHoldsInEachClass(double fraction, int ofFirst, int ofSecond) {
        // Given
        ImageDataset clean = dataset(10, 5);

        // When
        UnlearnableDataset result = UnlearnableDataset.protect(clean, FILTERS, fraction, SEED, images -> {});

        // Then
        int[] labels = clean.train().labels();
        assertThat(result.protectedPlaces().stream().filter(place -> labels[place] == 0))
                .hasSize(ofFirst);
        assertThat(result.protectedPlaces().stream().filter(place -> labels[place] == 1))
                .hasSize(ofSecond);
    }

    @Test
    void onlyTheChosenTrainingImagesChange() {
        // Given
        ImageDataset clean = dataset(10, 5);
        AtomicInteger convolved = new AtomicInteger();

        // When
        UnlearnableDataset result = UnlearnableDataset.protect(clean, FILTERS, 0.4, SEED, convolved::addAndGet);

        // Then
        LabeledImages before = clean.train();
        LabeledImages after = result.dataset().train();
        var convolution = new ClassWiseConvolution(FILTERS);
        List<Integer> chosen = result.protectedPlaces().stream().boxed().toList();
        for (int i = 0; i < before.size(); i++) {
            RgbImage image = before.images().get(i);
            RgbImage expected = chosen.contains(i)
                    ? convolution.apply(image, before.labels()[i]).image()
                    : image;
            assertThat(after.images().get(i).pixels()).isEqualTo(expected.pixels());
        }
        assertThat(after.ids()).isEqualTo(before.ids());
        assertThat(after.labels()).isEqualTo(before.labels());
        assertThat(result.dataset().test()).isSameAs(clean.test());
        assertThat(result.clippedShare()).isZero();
        assertThat(convolved).hasValue(chosen.size());
    }

    @Test
    void anotherSeedProtectsOtherImagesAndTheSameOneTheSame() {
        // Given
        ImageDataset clean = dataset(100, 100);

        // When
        BitSet places = UnlearnableDataset.protect(clean, FILTERS, 0.5, SEED, images -> {})
                .protectedPlaces();

        // Then
        assertThat(UnlearnableDataset.protect(clean, FILTERS, 0.5, SEED, images -> {})
                        .protectedPlaces())
                .isEqualTo(places);
        assertThat(UnlearnableDataset.protect(clean, FILTERS, 0.5, Seed.of(12), images -> {})
                        .protectedPlaces())
                .isNotEqualTo(places);
    }

    private static ImageDataset dataset(int first, int second) {
        return new ImageDataset(
                DatasetForm.IMAGE_FOLDER, List.of("first", "second"), split(first, second), split(1, 1));
    }

    private static LabeledImages split(int first, int second) {
        List<String> ids = new ArrayList<>();
        List<RgbImage> images = new ArrayList<>();
        int[] labels = new int[first + second];
        for (int i = 0; i < labels.length; i++) {
            ids.add("image-" + i);
            labels[i] = i < first ? 0 : 1;
            byte[] pixels = new byte[6 * 4 * 3];
            Seed.of(i).generator().nextBytes(pixels);
            images.add(new RgbImage(6, 4, pixels));
        }
        return new LabeledImages(ids, labels, images);
    }
}
