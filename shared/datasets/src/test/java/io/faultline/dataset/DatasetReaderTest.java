package io.faultline.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatasetReaderTest {
    private static final byte[] NOTHING = new byte[0];

    @TempDir
    Path temporary;

    private enum Container {
        FOLDER,
        ZIP,
        TAR,
        TAR_GZ,
        TAR_XZ
    }

    @ParameterizedTest
    @EnumSource(Container.class)
    void containerIsToldByContentAndNotByName(Container container) {
        // Given
        ImageDataset dataset = TinyImages.of(DatasetForm.IMAGE_FOLDER, 3, 2, 1, 5);

        // When
        ImageDataset read = DatasetReader.read(packed(container, Packed.filesOf(dataset)));

        // Then
        assertThat(read.form()).isEqualTo(DatasetForm.IMAGE_FOLDER);
        assertThat(read.classes()).containsExactly("ant", "bee", "cat");
        DatasetAssertions.assertEqual(read.train(), dataset.train());
        DatasetAssertions.assertEqual(read.test(), dataset.test());
    }

    @ParameterizedTest
    @EnumSource(DatasetForm.class)
    void formIsToldByFilesInAFolderToo(DatasetForm form) {
        // Given
        ImageDataset dataset = TinyImages.of(form, 2, 3, 2, 32);

        // When
        ImageDataset read = DatasetReader.read(packed(Container.FOLDER, Packed.filesOf(dataset)));

        // Then
        assertThat(read.form()).isEqualTo(form);
        assertThat(read.classes()).isEqualTo(dataset.classes());
        assertThat(read.descriptions()).isEqualTo(dataset.descriptions());
        assertThat(read.train().labels()).isEqualTo(dataset.train().labels());
        assertThat(read.train().size()).isEqualTo(6);
        assertThat(read.test().size()).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cifar10/", "./", "./a/b/", "train/", "test/"})
    void foldersAroundTheDataAreAccepted(String around) {
        // Given
        ImageDataset dataset = TinyImages.of(DatasetForm.IMAGE_FOLDER, 2, 2, 1, 5);
        Map<String, byte[]> files = new LinkedHashMap<>();
        Packed.filesOf(dataset).forEach((name, bytes) -> files.put(around + name, bytes));

        // When
        ImageDataset read = DatasetReader.read(packed(Container.TAR, files));

        // Then
        DatasetAssertions.assertEqual(read.train(), dataset.train());
        DatasetAssertions.assertEqual(read.test(), dataset.test());
    }

    @Test
    void orderIsThatOfTheIdsWhateverTheOrderInTheArchive() {
        // Given
        ImageDataset dataset = TinyImages.of(DatasetForm.IMAGE_FOLDER, 3, 20, 2, 4);
        List<Map.Entry<String, byte[]>> entries =
                new ArrayList<>(Packed.filesOf(dataset).entrySet());
        Collections.shuffle(entries, new java.util.Random(3));
        Map<String, byte[]> shuffled = new LinkedHashMap<>();
        entries.forEach(entry -> shuffled.put(entry.getKey(), entry.getValue()));

        // When
        ImageDataset read = DatasetReader.read(packed(Container.TAR_GZ, shuffled));

        // Then
        assertThat(read.train().ids()).isSorted();
        DatasetAssertions.assertEqual(read.train(), dataset.train());
    }

    @Test
    void debrisOfOperatingSystemsAndFilesBesideTheSplitsAreNotRead() {
        // Given
        ImageDataset dataset = TinyImages.of(DatasetForm.IMAGE_FOLDER, 2, 2, 1, 5);
        Map<String, byte[]> files = new LinkedHashMap<>(Packed.filesOf(dataset));
        for (String name : List.of(
                "README.md",
                "manifest.json",
                "notes/today.txt",
                "train/.DS_Store",
                "train/ant/._0001.png",
                "train/ant/Thumbs.db",
                "__MACOSX/train/ant/0001.png",
                ".git/config")) {
            files.put(name, NOTHING);
        }

        // When
        ImageDataset read = DatasetReader.read(packed(Container.ZIP, files));

        // Then
        assertThat(read.train().ids()).isEqualTo(dataset.train().ids());
        assertThat(read.test().ids()).isEqualTo(dataset.test().ids());
    }

    @Test
    void progressAscendsToTheNumberOfImages() {
        // Given
        ImageDataset dataset = TinyImages.of(DatasetForm.IMAGE_FOLDER, 5, 900, 100, 2);
        Path folder = packed(Container.TAR, Packed.filesOf(dataset));
        List<Long> done = new ArrayList<>();
        List<Long> totals = new ArrayList<>();

        // When
        DatasetReader.read(folder, (images, total) -> {
            done.add(images);
            totals.add(total);
        });

        // Then
        assertThat(done).containsExactly(2048L, 4096L, 5000L);
        assertThat(totals).containsOnly(5000L);
    }

    @Test
    void classNamesMayBeAnyText() {
        // Given
        ImageDataset dataset = TinyImages.of(DatasetForm.IMAGE_FOLDER, 2, 1, 1, 5);
        Map<String, byte[]> files = new LinkedHashMap<>();
        Packed.filesOf(dataset)
                .forEach((name, bytes) -> files.put(
                        name.replace("/ant/", "/Ameise, große/").replace("/bee/", "/" + "b".repeat(150) + "/"), bytes));

        // When
        ImageDataset fromTar = DatasetReader.read(packed(Container.TAR, files));
        ImageDataset fromZip = DatasetReader.read(packed(Container.ZIP, files));

        // Then
        assertThat(fromTar.classes()).containsExactly("Ameise, große", "b".repeat(150));
        assertThat(fromZip.classes()).isEqualTo(fromTar.classes());
    }

    @Test
    void officialCifar10LayoutIsReadInTheOrderOfItsBatches() {
        // Given
        Map<String, byte[]> files = new LinkedHashMap<>();
        String root = "cifar-10-batches-bin/";
        files.put(root + "test_batch.bin", concat(cifar10(1, 10), cifar10(0, 11)));
        files.put(root + "data_batch_2.bin", cifar10(0, 2));
        files.put(root + "data_batch_1.bin", concat(cifar10(1, 0), cifar10(0, 1)));
        files.put(root + "readme.html", NOTHING);
        files.put(root + "batches.meta.txt", "airplane\nautomobile\n\n".getBytes(StandardCharsets.UTF_8));

        // When
        ImageDataset read = DatasetReader.read(packed(Container.TAR_GZ, files));

        // Then
        assertThat(read.form()).isEqualTo(DatasetForm.CIFAR10_BINARY);
        assertThat(read.classes()).containsExactly("airplane", "automobile");
        assertThat(read.train().ids())
                .containsExactly("data_batch_1/00000", "data_batch_1/00001", "data_batch_2/00000");
        assertThat(read.train().labels()).containsExactly(1, 0, 0);
        assertThat(read.test().ids()).containsExactly("test_batch/00000", "test_batch/00001");
        // planes of red, green, blue become pixels: value, value + 50, value + 100
        assertThat(Arrays.copyOf(read.train().images().get(2).pixels(), 6)).containsExactly(2, 52, 102, 3, 53, 103);
        assertThat(read.train().images().get(0).height()).isEqualTo(32);
    }

    @Test
    void cifar100TakesTheFineLabelAndKeepsTheSuperclass() {
        // Given
        Map<String, byte[]> files = new LinkedHashMap<>();
        byte[] images = concat(concat(new byte[] {1}, cifar10(0, 0)), concat(new byte[] {0}, cifar10(1, 0)));
        files.put("cifar-100-binary/train.bin", images);
        files.put("cifar-100-binary/test.bin", images);
        files.put("cifar-100-binary/fine_label_names.txt", "apple\nbear\n".getBytes(StandardCharsets.UTF_8));
        files.put("cifar-100-binary/coarse_label_names.txt", "carnivores\nfruit\n".getBytes(StandardCharsets.UTF_8));

        // When
        ImageDataset read = DatasetReader.read(packed(Container.TAR, files));

        // Then
        assertThat(read.form()).isEqualTo(DatasetForm.CIFAR100_BINARY);
        assertThat(read.classes()).containsExactly("apple", "bear");
        assertThat(read.descriptions()).containsExactly("fruit", "carnivores");
        assertThat(read.train().labels()).containsExactly(0, 1);
    }

    @ParameterizedTest(name = "{0} training images lie in {1} batches of at most {2}")
    @CsvSource({"2, 2, 1", "7, 5, 2", "12, 5, 3"})
    void writtenCifarBatchesAreEven(int size, int batches, int largest) {
        // Given
        ImageDataset dataset = TinyImages.of(DatasetForm.CIFAR10_BINARY, 2, (size + 1) / 2, 1, 32);
        ImageDataset part = dataset.withTrain(
                dataset.train().select(java.util.stream.IntStream.range(0, size).toArray()));

        // When
        Map<String, byte[]> files = Packed.filesOf(part);

        // Then
        List<Integer> sizes = files.entrySet().stream()
                .filter(file -> file.getKey().contains("data_batch_"))
                .map(file -> file.getValue().length / 3073)
                .toList();
        assertThat(sizes).hasSize(batches).allMatch(n -> n >= 1 && n <= largest);
        assertThat(sizes.stream().mapToInt(n -> n).sum()).isEqualTo(size);
    }

    @Test
    void tinyImageNetTakesItsLabelsFromWnidsAndItsTestSplitFromVal() {
        // Given
        ImageDataset images = TinyImages.of(DatasetForm.IMAGE_FOLDER, 2, 2, 2, 8);
        Map<String, byte[]> pngs = Packed.filesOf(images);
        Map<String, byte[]> files = new LinkedHashMap<>();
        String root = "tiny-imagenet-200/";
        files.put(root + "wnids.txt", "n02\nn01\n".getBytes(StandardCharsets.UTF_8));
        files.put(root + "words.txt", "n00\tentity\nn01\tant, emmet\n".getBytes(StandardCharsets.UTF_8));
        files.put(root + "train/n01/images/n01_0.JPEG", pngs.get("train/ant/0000.png"));
        files.put(root + "train/n01/n01_boxes.txt", NOTHING);
        files.put(root + "train/n02/images/n02_7.JPEG", pngs.get("train/bee/0000.png"));
        files.put(root + "val/images/val_0.JPEG", pngs.get("test/bee/0000.png"));
        files.put(root + "val/images/val_1.JPEG", pngs.get("test/ant/0000.png"));
        files.put(
                root + "val/val_annotations.txt",
                "val_1.JPEG\tn01\t0\t32\t44\t62\nval_0.JPEG\tn02\t5\t2\t6\t7\n".getBytes(StandardCharsets.UTF_8));
        files.put(root + "test/images/test_0.JPEG", NOTHING);

        // When
        ImageDataset read = DatasetReader.read(packed(Container.ZIP, files));

        // Then
        assertThat(read.form()).isEqualTo(DatasetForm.TINY_IMAGENET);
        assertThat(read.classes()).containsExactly("n02", "n01");
        assertThat(read.descriptions()).containsExactly("n02", "ant, emmet");
        assertThat(read.train().ids()).containsExactly("n01_0", "n02_7");
        assertThat(read.train().labels()).containsExactly(1, 0);
        assertThat(read.test().ids()).containsExactly("val_0", "val_1");
        assertThat(read.test().labels()).containsExactly(0, 1);
        DatasetAssertions.assertEqual(
                read.test().images().get(1), images.test().images().get(0));
    }

    @ParameterizedTest
    @EnumSource(Container.class)
    void imageNetsLayoutTakesItsTestSplitFromValAndLeavesTheUnlabelledTestImages(Container container) {
        // Given
        ImageDataset images = TinyImages.of(DatasetForm.IMAGE_FOLDER, 2, 2, 1, 8);
        Map<String, byte[]> files = new LinkedHashMap<>();
        String root = "ILSVRC/Data/CLS-LOC/";
        Packed.filesOf(images)
                .forEach((name, bytes) -> files.put(
                        root
                                + name.replace("test/", "val/")
                                        .replace("/ant/", "/n01440764/")
                                        .replace("/bee/", "/n01443537/")
                                        .replace(".png", ".JPEG"),
                        bytes));
        files.put(root + "test/ILSVRC2012_test_00000001.JPEG", NOTHING);

        // When
        ImageDataset read = DatasetReader.read(packed(container, files));

        // Then
        assertThat(read.form()).isEqualTo(DatasetForm.IMAGE_FOLDER);
        assertThat(read.classes()).containsExactly("n01440764", "n01443537");
        assertThat(read.test().ids()).containsExactly("n01440764/0000", "n01443537/0000");
        DatasetAssertions.assertEqual(
                read.test().images().get(1), images.test().images().get(1));
    }

    @Test
    void foldersOfTestClassesComeBeforeThoseOfValidationClasses() {
        // Given
        ImageDataset images = TinyImages.of(DatasetForm.IMAGE_FOLDER, 2, 2, 1, 8);
        Map<String, byte[]> files = new LinkedHashMap<>(Packed.filesOf(images));
        files.put("val/ant/7.png", NOTHING);

        // When
        ImageDataset read = DatasetReader.read(packed(Container.TAR, files));

        // Then
        DatasetAssertions.assertEqual(read.test(), images.test());
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "null",
                "[]",
                "{\"schema\": \"of somebody else\", \"classes\": [\"bee\", \"ant\"]}",
                "{\"schema\": \"io.faultline.dataset-manifest.v1\", \"classes\": [\"bee\"]}",
                "{\"schema\": \"io.faultline.dataset-manifest.v1\", \"classes\": [\"bee\", \"wasp\"]}"
            })
    void aManifestThatIsNotOursOrNamesOtherClassesSaysNothing(String manifest) {
        // Given
        Map<String, byte[]> files =
                new LinkedHashMap<>(Packed.filesOf(TinyImages.of(DatasetForm.IMAGE_FOLDER, 2, 2, 1, 8)));
        files.put("manifest.json", manifest.getBytes(StandardCharsets.UTF_8));

        // When, Then
        assertThat(DatasetReader.read(packed(Container.TAR, files)).classes()).containsExactly("ant", "bee");
    }

    private Path packed(Container container, Map<String, byte[]> files) {
        // the name says nothing of the kind
        Path target = temporary.resolve("upload-" + container.ordinal());
        try {
            switch (container) {
                case FOLDER -> Packed.folder(target, files);
                case ZIP -> Files.write(target, Packed.zip(files));
                case TAR -> Files.write(target, Packed.tar(files));
                case TAR_GZ -> Files.write(target, Packed.gzip(Packed.tar(files)));
                case TAR_XZ -> Files.write(target, Packed.xz(Packed.tar(files)));
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return target;
    }

    /** A record whose red plane counts up from a value, green from 50 above, blue from 100 above. */
    private static byte[] cifar10(int label, int value) {
        byte[] record = new byte[3073];
        record[0] = (byte) label;
        for (int plane = 0; plane < 3; plane++) {
            for (int i = 0; i < 1024; i++) {
                record[1 + plane * 1024 + i] = (byte) (value + 50 * plane + i % 32);
            }
        }
        return record;
    }

    private static byte[] concat(byte[] a, byte[] b) {
        byte[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }
}
