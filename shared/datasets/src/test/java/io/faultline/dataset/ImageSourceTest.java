package io.faultline.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.recipe.Seed;
import io.faultline.recipe.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("A data set that is read image by image")
class ImageSourceTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource(DatasetForm.class)
    void givesSingleImagesOutOfAPlainTarAsTheWholeReadingDoes(DatasetForm form) throws IOException {
        // Given
        ImageDataset dataset = TinyImages.of(form, 3, 5, 2, CifarImageSource.SIDE);
        Path tar = written(dataset);

        // When, Then
        try (ImageSource source = DatasetReader.open(tar)) {
            assertThat(source.hasRandomAccess()).isTrue();
            assertThat(source.classes()).isEqualTo(dataset.classes());
            assertThat(source.descriptions()).isEqualTo(dataset.descriptions());
            assertSplit(source, Split.TRAINING, dataset.train());
            assertSplit(source, Split.TEST, dataset.test());
        }
    }

    @Test
    void findsFilesBehindLongNames() throws IOException {
        // Given
        String longName = "ant/" + "x".repeat(150);
        RgbImage[] images = IntStream.range(0, 4)
                .mapToObj(i -> TinyImages.noise(5 + i, 7, Seed.of(i)))
                .toArray(RgbImage[]::new);
        ImageDataset dataset = new ImageDataset(
                DatasetForm.IMAGE_FOLDER,
                List.of("ant", "bee"),
                new LabeledImages(List.of(longName, "bee/é"), new int[] {0, 1}, List.of(images[0], images[1])),
                new LabeledImages(List.of("ant/a", "bee/b"), new int[] {0, 1}, List.of(images[2], images[3])));

        // When, Then
        try (ImageSource source = DatasetReader.open(written(dataset))) {
            assertSplit(source, Split.TRAINING, dataset.train());
            assertSplit(source, Split.TEST, dataset.test());
        }
    }

    @Test
    void ofACompressedTarCanOnlyBePassedThrough() throws IOException {
        Path archive = directory.resolve("data.tar.gz");
        Files.write(
                archive, Packed.gzip(Packed.tar(Packed.filesOf(TinyImages.of(DatasetForm.IMAGE_FOLDER, 2, 2, 1, 8)))));

        try (ImageSource source = DatasetReader.open(archive)) {
            assertThat(source.hasRandomAccess()).isFalse();
        }
    }

    @Test
    void drawsEachSyntheticImageAsTheWholeSetHasIt() {
        // Given
        ImageDataset whole = SyntheticShapes.generate(3, 2, Seed.of(5));

        // When, Then
        try (ImageSource source = SyntheticShapes.open(3, 2, Seed.of(5))) {
            assertSplit(source, Split.TRAINING, whole.train());
            assertSplit(source, Split.TEST, whole.test());
        }
    }

    @Test
    void canBeNarrowedToSomeImagesInAnotherOrder() {
        // Given
        ImageDataset whole = SyntheticShapes.generate(3, 2, Seed.of(5));
        int[] train = {7, 2, 29};
        int[] test = {19, 0};

        // When, Then
        try (ImageSource some = new SelectedImages(SyntheticShapes.open(3, 2, Seed.of(5)), train, test)) {
            assertSplit(some, Split.TRAINING, whole.train().select(train));
            assertSplit(some, Split.TEST, whole.test().select(test));
            ImageDataset read = ImageDataset.of(some, ReadProgress.SILENT);
            assertThat(read.train().ids()).isEqualTo(whole.train().select(train).ids());
            assertImages(read.test().images(), whole.test().select(test).images());
        }
    }

    @ParameterizedTest
    @EnumSource(DatasetForm.class)
    void canBeNarrowedToSomeClassesUnderNewLabelsWhichSurviveWritingAndReading(DatasetForm form) throws IOException {
        // Given
        ImageDataset whole = TinyImages.of(form, 4, 3, 2, CifarImageSource.SIDE);
        int[] kept = {3, 0, 2};

        try (ImageSource some = SelectedImages.ofClasses(DatasetReader.open(written(whole)), kept)) {
            // When
            ImageDataset chosen = ImageDataset.of(some, ReadProgress.SILENT);
            RgbImage single = some.read(Split.TEST, new int[] {1}).get(0);
            ImageDataset readBack = DatasetReader.read(written(chosen));

            // Then
            assertThat(some.classes())
                    .containsExactly(
                            whole.classes().get(3),
                            whole.classes().get(0),
                            whole.classes().get(2));
            assertThat(some.descriptions().get(0))
                    .isEqualTo(whole.descriptions().get(3));
            assertKept(some.index(Split.TRAINING), whole.train(), kept);
            assertKept(some.index(Split.TEST), whole.test(), kept);
            DatasetAssertions.assertEqual(single, chosen.test().images().get(1));
            assertThat(readBack.classes()).isEqualTo(chosen.classes());
            assertThat(readBack.descriptions()).isEqualTo(chosen.descriptions());
            DatasetAssertions.assertEqual(readBack.train(), chosen.train());
            DatasetAssertions.assertEqual(readBack.test(), chosen.test());
        }
    }

    @Test
    void aClassCannotBeKeptTwice() {
        assertThatThrownBy(() -> SelectedImages.ofClasses(SyntheticShapes.open(3, 2, Seed.of(5)), new int[] {1, 4, 1}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a class is kept twice: [1, 4, 1]");
    }

    /** Every image of the kept classes, in the order in which it lay, under the class's new label. */
    private static void assertKept(ImageIndex found, LabeledImages whole, int[] kept) {
        List<Integer> newLabels = IntStream.of(kept).boxed().toList();
        int[] places = IntStream.range(0, whole.size())
                .filter(place -> newLabels.contains(whole.labels()[place]))
                .toArray();
        assertThat(found.ids()).containsExactlyElementsOf(whole.select(places).ids());
        assertThat(found.labels())
                .containsExactly(IntStream.of(places)
                        .map(place -> newLabels.indexOf(whole.labels()[place]))
                        .toArray());
    }

    @Test
    void saysWhatItHoldsWithoutKeepingIt() throws IOException {
        // Given
        ImageDataset dataset = TinyImages.of(DatasetForm.IMAGE_FOLDER, 3, 4, 2, 9);

        // When
        DatasetSummary summary = DatasetReader.inspect(written(dataset), ReadProgress.SILENT);

        // Then
        assertThat(summary.classes()).allSatisfy(images -> {
            assertThat(images.train()).isEqualTo(4);
            assertThat(images.test()).isEqualTo(2);
        });
        assertThat(summary.height()).isEqualTo(9);
        assertThat(summary.form()).isEqualTo(DatasetForm.IMAGE_FOLDER);
    }

    private static void assertSplit(ImageSource source, Split split, LabeledImages expected) {
        assertThat(source.index(split).ids()).isEqualTo(expected.ids());
        assertThat(source.index(split).labels()).isEqualTo(expected.labels());
        int[] backwards = IntStream.range(0, expected.size())
                .map(i -> expected.size() - 1 - i)
                .toArray();
        assertImages(source.read(split, backwards), expected.select(backwards).images());
    }

    private static void assertImages(List<RgbImage> images, List<RgbImage> expected) {
        assertThat(images).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            assertThat(Arrays.equals(images.get(i).pixels(), expected.get(i).pixels()))
                    .as("image %d", i)
                    .isTrue();
        }
    }

    private Path written(ImageDataset dataset) throws IOException {
        Path tar = directory.resolve("data.tar");
        try (var out = Files.newOutputStream(tar)) {
            DatasetWriter.write(dataset, DatasetManifest.of(dataset), out);
        }
        return tar;
    }
}
