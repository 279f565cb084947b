package io.faultline.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.dataset.DatasetManifest;
import io.faultline.dataset.DatasetReader;
import io.faultline.dataset.DatasetWriter;
import io.faultline.dataset.ImageDataset;
import io.faultline.dataset.RgbImage;
import io.faultline.recipe.Seed;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TinyImagesTest {
    @Test
    void sameSeedGivesTheSameImages() {
        RgbImage first = TinyImages.twoClasses(Seed.of(1)).train().images().get(3);
        RgbImage again = TinyImages.twoClasses(Seed.of(1)).train().images().get(3);
        RgbImage other = TinyImages.twoClasses(Seed.of(2)).train().images().get(3);

        assertThat(again.pixels()).isEqualTo(first.pixels());
        assertThat(other.pixels()).isNotEqualTo(first.pixels());
    }

    @Test
    void whatTheWriterWritesReadsBackWithTheSameIds(@TempDir Path directory) throws IOException {
        // Given
        ImageDataset dataset = TinyImages.twoClasses(Seed.of(3));
        Path file = directory.resolve("dataset.tar");

        // When
        try (OutputStream out = Files.newOutputStream(file)) {
            DatasetWriter.write(dataset, DatasetManifest.of(dataset), out);
        }

        // Then
        assertThat(DatasetReader.read(file).train().ids())
                .isEqualTo(dataset.train().ids());
    }

    @Test
    void theBrightHalfTellsTheClass() {
        ImageDataset dataset = TinyImages.twoClasses(Seed.of(7), 5, 3, 6);

        assertThat(dataset.train().size()).isEqualTo(10);
        assertThat(dataset.test().size()).isEqualTo(6);
        for (int i = 0; i < dataset.train().size(); i++) {
            byte[] pixels = dataset.train().images().get(i).pixels();
            int left = 0;
            int right = 0;
            for (int byteIndex = 0; byteIndex < pixels.length; byteIndex++) {
                int x = byteIndex / 3 % 6;
                int value = Byte.toUnsignedInt(pixels[byteIndex]);
                left += x < 3 ? value : 0;
                right += x < 3 ? 0 : value;
            }
            assertThat(left > right).isEqualTo(dataset.train().labels()[i] == 0);
        }
    }
}
