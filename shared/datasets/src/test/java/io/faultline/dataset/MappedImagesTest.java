package io.faultline.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.recipe.Seed;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MappedImagesTest {
    private static final int BYTES_OF_AN_IMAGE = 3 * 32 * 32;

    @TempDir
    Path directory;

    /** One mapping for all, one for each, and some that end between two images. */
    @ParameterizedTest
    @ValueSource(ints = {1 << 30, BYTES_OF_AN_IMAGE, 1, 5 * BYTES_OF_AN_IMAGE + 7})
    void imagesAreTheSourcesHoweverTheFileIsCut(int segment) {
        // Given
        ImageDataset inMemory = SyntheticShapes.generate(4, 2, Seed.of(3));

        // When
        ImageDataset mapped;
        try (ImageSource source = SyntheticShapes.open(4, 2, Seed.of(3))) {
            mapped = MappedImages.of(source, directory, segment, ReadProgress.SILENT);
        }

        // Then
        assertThat(mapped.classes()).isEqualTo(inMemory.classes());
        assertSame(mapped.train(), inMemory.train());
        assertSame(mapped.test(), inMemory.test());
    }

    @Test
    void aSelectionOfASelectionIsDrawnFromTheSameFile() {
        // Given
        ImageDataset inMemory = SyntheticShapes.generate(4, 2, Seed.of(3));
        int[] some = {30, 2, 17, 2};
        int[] fewer = {3, 0};

        // When
        LabeledImages chosen;
        try (ImageSource source = SyntheticShapes.open(4, 2, Seed.of(3))) {
            chosen = ImageDataset.mapped(source, directory, ReadProgress.SILENT)
                    .train()
                    .select(some)
                    .select(fewer);
        }

        // Then
        assertThat(chosen.images()).isInstanceOf(MappedImages.class);
        assertSame(chosen, inMemory.train().select(some).select(fewer));
    }

    @Test
    void nothingIsLeftInTheDirectory() {
        try (ImageSource source = SyntheticShapes.open(2, 1, Seed.of(3))) {
            LabeledImages train =
                    ImageDataset.mapped(source, directory, ReadProgress.SILENT).train();

            assertThat(directory).isEmptyDirectory();
            assertThat(train.images().get(0).pixels()).hasSize(BYTES_OF_AN_IMAGE);
        }
    }

    @Test
    void aDirectoryThatIsNotThereIsNamed() {
        Path absent = directory.resolve("absent");

        try (ImageSource source = SyntheticShapes.open(2, 1, Seed.of(3))) {
            assertThatThrownBy(() -> ImageDataset.mapped(source, absent, ReadProgress.SILENT))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining(absent.toString());
        }
    }

    private static void assertSame(LabeledImages found, LabeledImages expected) {
        assertThat(found.ids()).isEqualTo(expected.ids());
        assertThat(found.labels()).isEqualTo(expected.labels());
        List<byte[]> pixels = IntStream.range(0, found.size())
                .mapToObj(i -> found.images().get(i).pixels())
                .toList();
        assertThat(pixels)
                .usingElementComparator(Arrays::compare)
                .containsExactlyElementsOf(
                        expected.images().stream().map(RgbImage::pixels).toList());
    }
}
