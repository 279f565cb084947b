package io.faultline.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.json.FaultlineJson;
import io.faultline.recipe.Split;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class DatasetWriterTest {
    private static final int SIDE = 32;

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(DatasetForm.class)
    void whatIsReadBackEqualsWhatWasWritten(DatasetForm form) throws IOException {
        // Given
        ImageDataset dataset = TinyImages.of(form, 3, 4, 2, SIDE);
        Path tar = folder.resolve("dataset.tar");

        // When
        Files.write(tar, written(dataset));
        ImageDataset readBack = DatasetReader.read(tar);

        // Then
        assertThat(readBack.form()).isEqualTo(form);
        assertThat(readBack.classes()).isEqualTo(dataset.classes());
        assertThat(readBack.descriptions()).isEqualTo(dataset.descriptions());
        DatasetAssertions.assertEqual(readBack.train(), dataset.train());
        DatasetAssertions.assertEqual(readBack.test(), dataset.test());
    }

    @ParameterizedTest
    @EnumSource(DatasetForm.class)
    void equalDataSetsHaveEqualBytes(DatasetForm form) {
        // Given
        ImageDataset once = TinyImages.of(form, 2, 3, 1, SIDE);
        ImageDataset again = TinyImages.of(form, 2, 3, 1, SIDE);

        // When
        byte[] bytes = written(once);

        // Then
        assertThat(written(again)).isEqualTo(bytes);
    }

    @Test
    void manifestTellsOfEveryImageWhetherItIsProtected() throws IOException {
        // Given
        ImageDataset dataset = TinyImages.of(DatasetForm.IMAGE_FOLDER, 2, 2, 1, SIDE);
        List<DatasetManifest.Entry> images =
                new ArrayList<>(DatasetManifest.of(dataset).images());
        images.set(
                2,
                DatasetManifest.Entry.of(
                        Split.TRAINING,
                        "bee/0000",
                        1,
                        true,
                        dataset.train().images().get(2)));
        DatasetManifest.Protection protection = new DatasetManifest.Protection("cuda", "key-1", false);
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        // When
        DatasetWriter.write(dataset, DatasetManifest.of(new ImagesInMemory(dataset), protection, images), out);

        // Then
        List<TarArchiveEntry> entries = new ArrayList<>();
        DatasetManifest manifest;
        try (TarArchiveInputStream tar = new TarArchiveInputStream(new ByteArrayInputStream(out.toByteArray()))) {
            TarArchiveEntry first = tar.getNextEntry();
            assertThat(first.getName()).isEqualTo("manifest.json");
            byte[] json = tar.readAllBytes();
            assertThat(new String(json, java.nio.charset.StandardCharsets.UTF_8))
                    .contains("\"protected\":true");
            manifest = FaultlineJson.read(json, DatasetManifest.class);
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                entries.add(entry);
            }
        }
        assertThat(manifest.protection()).isEqualTo(protection);
        assertThat(manifest.images()).allSatisfy(entry -> {
            assertThat(entry.height()).isEqualTo(SIDE);
            assertThat(entry.width()).isEqualTo(SIDE);
        });
        assertThat(manifest.images())
                .extracting(DatasetManifest.Entry::id, DatasetManifest.Entry::label, DatasetManifest.Entry::isProtected)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("ant/0000", 0, false),
                        org.assertj.core.groups.Tuple.tuple("ant/0001", 0, false),
                        org.assertj.core.groups.Tuple.tuple("bee/0000", 1, true),
                        org.assertj.core.groups.Tuple.tuple("bee/0001", 1, false),
                        org.assertj.core.groups.Tuple.tuple("ant/0000", 0, false),
                        org.assertj.core.groups.Tuple.tuple("bee/0000", 1, false));
        assertThat(entries)
                .extracting(TarArchiveEntry::getName)
                .containsExactly(
                        "train/ant/0000.png",
                        "train/ant/0001.png",
                        "train/bee/0000.png",
                        "train/bee/0001.png",
                        "test/ant/0000.png",
                        "test/bee/0000.png");
        assertThat(entries).allSatisfy(entry -> {
            assertThat(entry.getLastModifiedTime().toMillis()).isZero();
            assertThat(entry.getUserName()).isEmpty();
            assertThat(entry.getLongUserId()).isZero();
        });
    }

    @Test
    void manifestOfAnotherDataSetIsRefused() {
        // Given
        ImageDataset dataset = TinyImages.of(DatasetForm.IMAGE_FOLDER, 2, 2, 1, SIDE);
        DatasetManifest foreign = DatasetManifest.of(TinyImages.of(DatasetForm.IMAGE_FOLDER, 2, 3, 1, SIDE));

        // When, Then
        assertThatThrownBy(() -> DatasetWriter.write(dataset, foreign, OutputStream.nullOutputStream()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("manifest's images are not those of the data set");
    }

    @ParameterizedTest
    @CsvSource({"IMAGE_FOLDER,1", "IMAGE_FOLDER,5", "TINY_IMAGENET,4", "CIFAR10_BINARY,3", "CIFAR100_BINARY,4"})
    void shardsPutTogetherAreTheBytesOfTheWhole(DatasetForm form, int mostImages) {
        // Given
        ImageDataset dataset = TinyImages.of(form, 3, 4, 2, SIDE);
        ImageSource source = new ImagesInMemory(dataset);
        DatasetWriter writer = new DatasetWriter(source, ImageEncoding.png());
        List<Shard> shards = Shard.cut(12, 6, mostImages);

        // When
        List<byte[]> contents = shards.stream()
                .map(shard -> {
                    ByteArrayOutputStream content = new ByteArrayOutputStream();
                    DatasetWriter.ShardWriter open = writer.open(shard, content);
                    source.forEachWindow(shard, (first, images) -> open.write(images));
                    open.finish();
                    return content.toByteArray();
                })
                .toList();
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        writer.assemble(
                DatasetManifest.of(dataset), shards, place -> new ByteArrayInputStream(contents.get(place)), whole);

        // Then
        assertThat(shards).hasSizeGreaterThan(2).allMatch(shard -> shard.size() <= mostImages);
        assertThat(whole.toByteArray()).isEqualTo(written(dataset));
        assertThat(whole.size() % 10_240).isZero();
    }

    @Test
    void aShardWithTooFewOrTooManyImagesIsRefused() {
        // Given
        ImageDataset dataset = TinyImages.of(DatasetForm.IMAGE_FOLDER, 2, 2, 1, SIDE);
        DatasetWriter writer = new DatasetWriter(new ImagesInMemory(dataset), ImageEncoding.png());
        DatasetWriter.ShardWriter shard = writer.open(new Shard(Split.TRAINING, 0, 2), OutputStream.nullOutputStream());

        // When, Then
        assertThatThrownBy(() -> shard.write(dataset.train().images())).isInstanceOf(IllegalArgumentException.class);
        shard.write(dataset.train().images().subList(0, 1));
        assertThatThrownBy(shard::finish)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("end at place 1 of 2");
    }

    static byte[] written(ImageDataset dataset) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        DatasetWriter.write(dataset, DatasetManifest.of(dataset), out);
        return out.toByteArray();
    }
}
