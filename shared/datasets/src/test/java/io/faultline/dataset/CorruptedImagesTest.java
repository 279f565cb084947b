package io.faultline.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CorruptedImagesTest {
    private static final List<String> CLASSES = List.of("cat", "dog", "frog");

    @TempDir
    Path folder;

    @Nested
    class AsArrays {
        /** Two images of each severity, 2×3 pixels, whose every byte tells severity and place. */
        private static byte[] images(int severities) {
            byte[] bytes = new byte[severities * 2 * 2 * 3 * 3];
            for (int i = 0; i < bytes.length; i++) {
                int image = i / 18;
                bytes[i] = (byte) (100 * (image / 2) / severities * 2 + 10 * (image % 2));
            }
            return bytes;
        }

        private static final byte[] LABELS = {0, 2, 0, 2, 0, 2, 0, 2, 0, 2};

        private static Map<String, byte[]> files() {
            Map<String, byte[]> files = new LinkedHashMap<>();
            files.put("CIFAR-10-C/fog.npy", Npy.file("|u1", "(10, 2, 3, 3)", images(5)));
            files.put("CIFAR-10-C/snow.npy", Npy.file("|u1", "(10, 2, 3, 3)", images(5)));
            files.put("CIFAR-10-C/labels.npy", Npy.file("|u1", "(10,)", LABELS));
            return files;
        }

        @Test
        void readsAFolder() {
            assertReads(Packed.folder(folder, files()));
        }

        @Test
        void readsAPlainTar() throws IOException {
            assertReads(Files.write(folder.resolve("set.tar"), Packed.tar(files())));
        }

        private void assertReads(Path set) {
            try (CorruptedImages images = CorruptedImages.open(set, CLASSES)) {
                assertThat(images.corruptions()).containsExactly("fog", "snow");
                assertThat(images.severities("fog")).containsExactly(1, 2, 3, 4, 5);
                assertThat(images.size("fog", 3)).isEqualTo(2);
                // When
                LabeledImages last = images.read("snow", 4, 1, 2);
                // Then
                assertThat(last.ids()).containsExactly("snow/4/1");
                assertThat(last.labels()).containsExactly(2);
                assertThat(last.images().get(0).height()).isEqualTo(2);
                assertThat(last.images().get(0).width()).isEqualTo(3);
                assertThat(last.images().get(0).pixels()).containsOnly((byte) (60 * 2 + 10));
                assertThat(images.read("snow", 4, 0, 2).size()).isEqualTo(2);
                assertThat(images.read("snow", 4, 2, 2).size()).isZero();
            }
        }

        @Test
        void readsAnyPlacesInTheirOrder() throws IOException {
            Path set = Files.write(folder.resolve("set.tar"), Packed.tar(files()));
            try (CorruptedImages images = CorruptedImages.open(set, CLASSES)) {
                assertThat(images.labels("fog", 2)).containsExactly(0, 2);
                // When
                LabeledImages read = images.read("fog", 2, new int[] {1, 0, 1});
                // Then
                assertThat(read.ids()).containsExactly("fog/2/1", "fog/2/0", "fog/2/1");
                assertThat(read.labels()).containsExactly(2, 0, 2);
                assertThat(read.images().get(1).pixels()).containsOnly((byte) 40);
                assertThat(read.images().get(2).pixels()).containsOnly((byte) 50);
                assertThatExceptionOfType(IndexOutOfBoundsException.class)
                        .isThrownBy(() -> images.read("fog", 2, new int[] {1, 2}));
            }
        }

        @Test
        void isDescribedWithoutKnowingItsDataSet() throws IOException {
            Path set = Files.write(folder.resolve("set.tar"), Packed.tar(files()));
            // When
            CorruptedSummary found = CorruptedImages.inspect(set);
            // Then
            List<CorruptedSummary.Severity> severities = List.of(
                    new CorruptedSummary.Severity(1, 2),
                    new CorruptedSummary.Severity(2, 2),
                    new CorruptedSummary.Severity(3, 2),
                    new CorruptedSummary.Severity(4, 2),
                    new CorruptedSummary.Severity(5, 2));
            assertThat(found)
                    .isEqualTo(new CorruptedSummary(
                            CorruptedForm.ARRAYS,
                            List.of(
                                    new CorruptedSummary.Corruption("fog", severities),
                                    new CorruptedSummary.Corruption("snow", severities)),
                            3,
                            List.of(),
                            2,
                            3));
        }

        @Test
        void arraysOfOtherNamesAreNoPublishedSet() {
            // Given
            Map<String, byte[]> files = files();
            files.put("CIFAR-10-C/images.npy", files.remove("CIFAR-10-C/fog.npy"));
            files.remove("CIFAR-10-C/snow.npy");
            // Then
            assertThatExceptionOfType(InvalidDatasetException.class)
                    .isThrownBy(() -> CorruptedImages.inspect(Packed.folder(folder, files)))
                    .withMessageContaining("'images'; expected names of the published sets");
        }

        @Test
        void labelsMayBeOfSixtyFourBits() {
            // Given
            Map<String, byte[]> files = files();
            byte[] wide = new byte[80];
            for (int i = 0; i < LABELS.length; i++) {
                wide[8 * i] = LABELS[i];
            }
            files.put("CIFAR-10-C/labels.npy", Npy.file("<i8", "(10,)", wide));
            // Then
            assertReads(Packed.folder(folder, files));
        }

        @Test
        void refusesAnArchiveOutOfWhichNoImageCanBeHad() throws IOException {
            for (byte[] packed : List.of(Packed.gzip(Packed.tar(files())), Packed.zip(files()))) {
                Path file = Files.write(folder.resolve("set"), packed);
                assertRefused(file, "allowed: a folder or a plain tar");
            }
        }

        @Test
        void refusesALabelOfAnotherDataSet() {
            assertThatExceptionOfType(InvalidDatasetException.class)
                    .isThrownBy(() -> CorruptedImages.open(Packed.folder(folder, files()), List.of("cat", "dog")))
                    .withMessageContaining("labels.npy gives image 1 the label 2; allowed: 0 to 1");
        }

        @Test
        void refusesArraysThatDoNotFit() {
            refusesInstead("fog", Npy.file("|u1", "(5, 2, 3, 3)", images(5)), "bytes of numbers");
            refusesInstead(
                    "fog", Npy.file("|u1", "(5, 4, 3, 3)", images(5)), "expected (10, height, width, 3) of uint8");
            refusesInstead(
                    "fog", Npy.file("|i1", "(10, 2, 3, 3)", images(5)), "expected (10, height, width, 3) of uint8");
            refusesInstead("fog", Npy.file("|u1", "(10, 0, 3, 3)", new byte[0]), "expected at least 1×1");
            refusesInstead("labels", Npy.file("|u1", "(7,)", new byte[7]), "has 7 labels");
            refusesInstead("labels", Npy.file("|u1", "(0,)", new byte[0]), "has 0 labels");
            refusesInstead("labels", Npy.file("|u1", "(5, 2)", LABELS), "expected (n,) of whole numbers");
            refusesInstead("labels", new byte[] {1, 2, 3}, "does not begin as a NumPy array");
        }

        private void refusesInstead(String name, byte[] file, String message) {
            Map<String, byte[]> files = files();
            files.put("CIFAR-10-C/" + name + ".npy", file);
            assertRefused(Packed.folder(folder, files), message);
        }

        @Test
        void refusesASetWithoutLabelsOrImages() {
            Map<String, byte[]> files = files();
            files.keySet().removeIf(name -> !name.endsWith("labels.npy"));
            assertRefused(Packed.folder(folder.resolve("no images"), files), "there is no other .npy file");
            files = files();
            files.remove("CIFAR-10-C/labels.npy");
            assertRefused(Packed.folder(folder.resolve("no labels"), files), "0 files named labels.npy");
        }

        @Test
        void refusesWhatItDoesNotHold() {
            try (CorruptedImages images = CorruptedImages.open(Packed.folder(folder, files()), CLASSES)) {
                assertThatExceptionOfType(InvalidDatasetException.class)
                        .isThrownBy(() -> images.size("frost", 1))
                        .withMessageContaining("no corruption 'frost'; it has fog, snow");
                assertThatExceptionOfType(InvalidDatasetException.class)
                        .isThrownBy(() -> images.read("fog", 6, 0, 1))
                        .withMessageContaining("no severity 6; it has 1 to 5");
                assertThatExceptionOfType(IndexOutOfBoundsException.class)
                        .isThrownBy(() -> images.read("fog", 5, 1, 3));
            }
        }
    }

    @Nested
    class AsFolders {
        private Map<String, byte[]> files() {
            ImageEncoding png = ImageEncoding.png();
            Map<String, byte[]> files = new LinkedHashMap<>();
            for (int severity = 1; severity <= 2; severity++) {
                for (String name : List.of("frog", "cat")) {
                    byte[] pixels = new byte[12];
                    pixels[0] = (byte) (10 * severity + name.length());
                    files.put(
                            "Tiny-ImageNet-C/fog/" + severity + "/" + name + "/one.JPEG",
                            png.encode(new RgbImage(2, 2, pixels)));
                }
            }
            files.put("Tiny-ImageNet-C/README", new byte[] {1});
            return files;
        }

        @Test
        void readsFoldersAndLooksLabelsUpByName() throws IOException {
            List<Path> sets = List.of(
                    Packed.folder(folder.resolve("folder"), files()),
                    Files.write(folder.resolve("set.tar"), Packed.tar(files())),
                    Files.write(folder.resolve("set.zip"), Packed.zip(files())));
            for (Path set : sets) {
                try (CorruptedImages images = CorruptedImages.open(set, CLASSES)) {
                    assertThat(images.corruptions()).containsExactly("fog");
                    assertThat(images.severities("fog")).containsExactly(1, 2);
                    // When
                    LabeledImages read = images.read("fog", 2, 0, images.size("fog", 2));
                    // Then
                    assertThat(read.ids()).containsExactly("fog/2/cat/one.JPEG", "fog/2/frog/one.JPEG");
                    assertThat(read.labels()).containsExactly(0, 2);
                    assertThat(read.images().get(1).pixels()[0]).isEqualTo((byte) 24);
                }
            }
        }

        @Test
        void isDescribedWithoutKnowingItsDataSet() throws IOException {
            // Given: an image of another size
            Map<String, byte[]> files = files();
            files.put(
                    "Tiny-ImageNet-C/fog/2/cat/one.JPEG", ImageEncoding.png().encode(new RgbImage(2, 3, new byte[18])));
            // When
            CorruptedSummary found = CorruptedImages.inspect(Files.write(folder.resolve("set.zip"), Packed.zip(files)));
            // Then
            assertThat(found)
                    .isEqualTo(new CorruptedSummary(
                            CorruptedForm.FOLDERS,
                            List.of(new CorruptedSummary.Corruption(
                                    "fog",
                                    List.of(new CorruptedSummary.Severity(1, 2), new CorruptedSummary.Severity(2, 2)))),
                            2,
                            List.of("cat", "frog"),
                            2,
                            null));
        }

        @Test
        void readsAnyPlacesInTheirOrder() {
            try (CorruptedImages images = CorruptedImages.open(Packed.folder(folder, files()), CLASSES)) {
                assertThat(images.labels("fog", 1)).containsExactly(0, 2);
                assertThat(images.read("fog", 1, new int[] {1, 0}).ids())
                        .containsExactly("fog/1/frog/one.JPEG", "fog/1/cat/one.JPEG");
            }
        }

        @Test
        void refusesAClassThatTheClassifierDoesNotKnow() {
            assertThatExceptionOfType(InvalidDatasetException.class)
                    .isThrownBy(() -> CorruptedImages.open(Packed.folder(folder, files()), List.of("cat", "dog")))
                    .withMessageContaining("is of class 'frog', which is none of the 2");
        }

        @Test
        void refusesOtherLayouts() throws IOException {
            Map<String, byte[]> files = files();
            files.put("Tiny-ImageNet-C/fog/6/cat/one.JPEG", new byte[1]);
            assertRefused(Packed.folder(folder.resolve("6"), files), "lies where no image is looked for");
            files = files();
            files.put("Tiny-ImageNet-C/one.JPEG", new byte[1]);
            assertRefused(Packed.folder(folder.resolve("top"), files), "lies where no image is looked for");
            files = files();
            files.put("other/fog/1/cat/one.JPEG", new byte[1]);
            assertRefused(Packed.folder(folder.resolve("two"), files), "expected one set");
            assertRefused(
                    Packed.folder(folder.resolve("none"), Map.of("README", new byte[1])),
                    "neither labels.npy nor an image");
            assertRefused(
                    Files.write(folder.resolve("set.tgz"), Packed.gzip(Packed.tar(files()))),
                    "the set is in a compressed tar");
        }

        @Test
        void refusesWhatItDoesNotHold() {
            try (CorruptedImages images = CorruptedImages.open(Packed.folder(folder, files()), CLASSES)) {
                assertThatExceptionOfType(InvalidDatasetException.class)
                        .isThrownBy(() -> images.size("fog", 5))
                        .withMessageContaining("no severity 5 of fog; it has [1, 2]");
                assertThatExceptionOfType(InvalidDatasetException.class)
                        .isThrownBy(() -> images.severities("snow"))
                        .withMessageContaining("no corruption 'snow'; it has fog");
            }
        }
    }

    private static void assertRefused(Path set, String message) {
        assertThatExceptionOfType(InvalidDatasetException.class)
                .isThrownBy(() -> CorruptedImages.open(set, CLASSES))
                .withMessageContaining(message);
    }
}
