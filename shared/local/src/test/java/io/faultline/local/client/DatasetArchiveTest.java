package io.faultline.local.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.recipe.ClassChoice;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
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

    @Nested
    class OfSomeClasses {
        @BeforeEach
        void makeAnImageNetFolder() throws IOException {
            for (String synset : List.of("n01440764", "n01443537", "n01484850")) {
                write(directory, "train/" + synset + "/1.JPEG", "train");
                write(directory, "val/" + synset + "/2.JPEG", "val");
            }
            write(directory, "test/ILSVRC2012_test_00000001.JPEG", "secret");
            write(directory, "synsets.txt", "beside");
        }

        @Test
        void thoseFilesAloneAreSent() throws IOException {
            assertThat(names(new ClassChoice(List.of("n01484850", "n01440764"), null)))
                    .containsExactly(
                            "synsets.txt",
                            "train/n01440764/1.JPEG",
                            "train/n01484850/1.JPEG",
                            "val/n01440764/2.JPEG",
                            "val/n01484850/2.JPEG");
        }

        @Test
        void theFirstAreTheFirstByName() throws IOException {
            assertThat(names(new ClassChoice(null, 2)))
                    .contains("train/n01440764/1.JPEG", "train/n01443537/1.JPEG")
                    .doesNotContain("train/n01484850/1.JPEG");
        }

        @Test
        void withoutAChoiceEverythingIsSent() throws IOException {
            assertThat(names(new ClassChoice(null, null))).hasSize(8);
        }

        @Test
        void tinyImageNetIsSentWholeSinceItNamesItsClassesInAFile() throws IOException {
            write(directory, "wnids.txt", "n01440764");

            assertThat(names(new ClassChoice(null, 2))).hasSize(9);
        }

        @Test
        void aClassWithoutAFolderIsRefusedBeforeAnythingIsSent() {
            assertThatThrownBy(() -> names(new ClassChoice(List.of("n01440764", "n01440765"), null)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith(
                            "dataset.classes[1] is 'n01440765'; allowed: the names of the data set's 3 classes,"
                                    + " of which 'n01440764', ");
        }

        @Test
        void unsortedValidationImagesAreRefusedBeforeAnythingIsSent() throws IOException {
            // Given
            for (String synset : List.of("n01440764", "n01443537", "n01484850")) {
                Files.move(
                        directory.resolve("val/" + synset + "/2.JPEG"),
                        directory.resolve("val/ILSVRC2012_val_" + synset + ".JPEG"));
                Files.delete(directory.resolve("val/" + synset));
            }

            // When, Then
            assertThatThrownBy(() -> names(new ClassChoice(null, 2)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContainingAll("no file in test/<class>/ or val/<class>/", "by their list first");
        }

        private List<String> names(ClassChoice choice) throws IOException {
            return List.copyOf(
                    entries(bytes(DatasetArchive.of(directory, choice))).keySet());
        }
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
