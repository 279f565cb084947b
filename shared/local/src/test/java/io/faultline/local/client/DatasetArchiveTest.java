package io.faultline.local.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetArchiveTest {
    @TempDir
    Path directory;

    @Test
    void aDirectoryBecomesATarOfItsFilesInTheOrderOfTheirNames() throws IOException {
        // Given
        String longName = "train/" + "ä".repeat(60) + "/" + "b".repeat(100) + ".png";
        write(directory, "train/dog/1.png", "woof");
        write(directory, "train/cat/2.png", "miaow");
        write(directory, longName, "long");

        // When
        DatasetArchive archive = DatasetArchive.of(directory);

        // Then
        assertThat(archive.bytes()).isEqualTo(13);
        Map<String, String> expected = new LinkedHashMap<>();
        expected.put("train/cat/2.png", "miaow");
        expected.put("train/dog/1.png", "woof");
        expected.put(longName, "long");
        assertThat(entries(bytes(archive))).containsExactlyEntriesOf(expected);
    }

    @Test
    void equalFilesGiveEqualBytesWhateverTheirTimes() throws IOException {
        // Given
        Path one = directory.resolve("one");
        Path two = directory.resolve("two");
        for (Path root : new Path[] {one, two}) {
            write(root, "train/a/1.png", "first");
            write(root, "train/b/1.png", "second");
        }
        Files.setLastModifiedTime(two.resolve("train/a/1.png"), FileTime.fromMillis(0));

        // When, Then
        assertThat(bytes(DatasetArchive.of(one))).isEqualTo(bytes(DatasetArchive.of(two)));
    }

    @Test
    void anArchiveIsSentAsItIs() throws IOException {
        Path file = directory.resolve("images.zip");
        Files.writeString(file, "not looked at");

        DatasetArchive archive = DatasetArchive.of(file);

        assertThat(new String(bytes(archive), StandardCharsets.UTF_8)).isEqualTo("not looked at");
        assertThat(archive.bytes()).isEqualTo(13);
    }

    @Test
    void aFileThatVanishesWhileItIsPackedFailsTheUpload() throws IOException {
        // Given
        write(directory, "train/a/1.png", "here");
        DatasetArchive archive = DatasetArchive.of(directory);
        Files.delete(directory.resolve("train/a/1.png"));

        // When, Then
        assertThatThrownBy(() -> bytes(archive))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot be packed");
    }

    @Test
    void whatIsNotThereOrEmptyIsRefused() {
        assertThatThrownBy(() -> DatasetArchive.of(directory.resolve("absent")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("absent does not exist; name a directory");
        assertThatThrownBy(() -> DatasetArchive.of(directory))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("contains no file");
    }

    private static void write(Path root, String name, String content) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    private static byte[] bytes(DatasetArchive archive) throws IOException {
        try (InputStream stream = archive.open()) {
            return stream.readAllBytes();
        }
    }

    private static Map<String, String> entries(byte[] tar) throws IOException {
        Map<String, String> entries = new LinkedHashMap<>();
        try (TarArchiveInputStream input =
                new TarArchiveInputStream(new ByteArrayInputStream(tar), StandardCharsets.UTF_8.name())) {
            for (TarArchiveEntry entry = input.getNextEntry(); entry != null; entry = input.getNextEntry()) {
                entries.put(entry.getName(), new String(input.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        return entries;
    }
}
