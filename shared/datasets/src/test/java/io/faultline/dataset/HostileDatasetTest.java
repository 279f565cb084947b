package io.faultline.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.recipe.Seed;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is not a data set, or would do harm, is refused with a sentence that says why. */
class HostileDatasetTest {
    private static final byte[] NOTHING = new byte[0];

    @TempDir
    Path temporary;

    @TempDir
    Path outside;

    @AfterEach
    void nothingIsLeftBeside() throws IOException {
        try (Stream<Path> files = Files.list(outside)) {
            assertThat(files).isEmpty();
        }
    }

    @Nested
    class Archives {
        @ParameterizedTest(name = "{0} cut to {1} %")
        @CsvSource({"zip, 30", "zip, 95", "tar, 30", "tar, 70", "tar.gz, 30", "tar.gz, 95", "tar.xz, 30", "tar.xz, 95"})
        void cutOffArchiveIsRefused(String container, int percent) {
            // Given
            byte[] whole = packed(container, twoClasses());
            Path cut = file(Arrays.copyOf(whole, whole.length * percent / 100));

            // When, Then
            assertRefused(cut, "ends early");
        }

        @Test
        void tarCutBetweenTwoEntriesIsRefused() {
            // Given: the last entry and the two end blocks are missing, every entry before is whole
            byte[] whole = Packed.tar(twoClasses());
            int lastEntry = lastIndexOf(whole, "test/bee/0000.png".getBytes(StandardCharsets.US_ASCII));
            Path cut = file(Arrays.copyOf(whole, lastEntry));

            // When, Then
            assertRefused(cut, "ends early", "end marker");
        }

        @ParameterizedTest
        @ValueSource(strings = {"zip", "tar", "tar.gz", "tar.xz"})
        void archiveWithoutAFileIsRefused(String container) {
            assertRefused(file(packed(container, Map.of())), "there is no file in it");
        }

        @Test
        void emptyFileIsRefused() {
            assertRefused(file(NOTHING), "the file is empty", "zip, tar, tar.gz or tar.xz");
        }

        @Test
        void folderWithoutAFileIsRefused() {
            assertRefused(temporary, "there is no file in it");
        }

        @Test
        void missingPathIsRefused() {
            assertRefused(temporary.resolve("nowhere"), "nowhere", "does not exist");
        }

        @ParameterizedTest(name = "{1}")
        @CsvSource({
            "425A6839, compressed by bzip2",
            "28B52FFD, compressed by Zstandard",
            "377ABCAF271C, a 7z archive",
            "526172211A07, a RAR archive",
            "68656C6C6F20776F726C64, of an unknown kind (first bytes 68 65 6c 6c 6f 20 77 6f)"
        })
        void otherKindIsNamed(String start, String kind) {
            assertRefused(file(java.util.HexFormat.of().parseHex(start)), kind, "allowed: a folder, zip, tar, tar.gz");
        }

        @Test
        void compressedFileThatIsNoTarIsRefused() {
            assertRefused(file(Packed.gzip(new byte[5000])), "there is no file in it");
            assertRefused(
                    file(Packed.gzip("just a text".repeat(100).getBytes(StandardCharsets.UTF_8))), "holds no tar");
        }

        @ParameterizedTest
        @ValueSource(strings = {"zip", "tar"})
        void sameNameTwiceIsRefused(String container) throws IOException {
            // Given
            byte[] png = PngImage.encode(TinyImages.noise(4, 4, Seed.of(0)));
            List<String> names = List.of("train/ant/a.png", "train/ant/a.png");

            // When, Then
            assertRefused(
                    file(container.equals("zip") ? zipOf(names, png) : tarOf(names, png)), "train/ant/a.png", "two");
        }

        @Test
        void sameNameAfterNormalisationIsRefused() throws IOException {
            // Given
            byte[] png = PngImage.encode(TinyImages.noise(4, 4, Seed.of(0)));

            // When, Then
            assertRefused(file(tarOf(List.of("train/ant/a.png", "./train//ant/a.png"), png)), "two entries named");
        }

        @Test
        void changedByteInAZipIsFoundByItsChecksum() {
            // Given: stored, so that the change is not found by the inflater
            byte[] zip = storedZip(twoClasses());
            int inImage = lastIndexOf(zip, "IDAT".getBytes(StandardCharsets.US_ASCII)) + 40;
            zip[inImage] ^= 1;

            // When, Then
            assertRefused(file(zip), "damaged", "CRC-32");
        }

        @Test
        void encryptedZipEntryIsRefused() {
            // Given: bit 0 of the general purpose flags, in every local header and directory entry
            byte[] zip = Packed.zip(twoClasses());
            setEncryptedFlag(zip, new byte[] {'P', 'K', 3, 4}, 6);
            setEncryptedFlag(zip, new byte[] {'P', 'K', 1, 2}, 8);

            // When, Then
            assertRefused(file(zip), "encrypted", "without a password");
        }
    }

    @Nested
    class Names {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "../evil.png",
                    "train/ant/../../../evil.png",
                    "train/../evil.png",
                    "/etc/evil.png",
                    "C:/evil.png",
                    "train\\ant\\evil.png",
                    "..\\evil.png",
                    "train/ant/ev\u0000il.png",
                    "train/ant/ev\nil.png"
                })
        void nameThatLeadsOutsideIsRefused(String name) throws IOException {
            // Given
            byte[] png = PngImage.encode(TinyImages.noise(4, 4, Seed.of(0)));
            Map<String, byte[]> files = new LinkedHashMap<>(twoClasses());
            files.put(name, png);

            // When, Then
            if (!name.startsWith("train\\")) {
                // a zip from Windows may part its levels so
                assertRefused(file(Packed.zip(files)), "il.png", "allowed");
            }
            if (name.indexOf('\u0000') < 0 && !name.startsWith("C:")) {
                // a tar's name ends at the zero, and the writer takes the drive away
                assertRefused(file(tarOf(List.of(name), png)), "il.png", "allowed");
            }
        }

        @Test
        void backslashesOfAZipFromWindowsPartLevels() {
            // Given
            Map<String, byte[]> files = new LinkedHashMap<>();
            twoClasses().forEach((name, bytes) -> files.put(name.replace('/', '\\'), bytes));

            // When
            ImageDataset read = DatasetReader.read(file(Packed.zip(files)));

            // Then
            assertThat(read.train().ids()).containsExactly("ant/0000", "ant/0001", "bee/0000", "bee/0001");
        }

        @Test
        void messageShowsControlCharactersAsEscapes() {
            // Given
            Map<String, byte[]> files = new LinkedHashMap<>(twoClasses());
            files.put("train/ant/\u001b[31mred.png", NOTHING);

            // When, Then
            assertRefused(file(Packed.zip(files)), "train/ant/\\u001b[31mred.png");
        }

        @Test
        void linksInATarAreRefused() throws IOException {
            for (byte type : new byte[] {TarConstants.LF_SYMLINK, TarConstants.LF_LINK}) {
                // Given
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
                    TarArchiveEntry link = new TarArchiveEntry("train/ant/passwd.png", type);
                    link.setLinkName("/etc/passwd");
                    tar.putArchiveEntry(link);
                    tar.closeArchiveEntry();
                }

                // When, Then
                assertRefused(file(out.toByteArray()), "train/ant/passwd.png is a link", "without links");
            }
        }

        @Test
        void specialFilesInATarAreRefused() throws IOException {
            for (byte type : new byte[] {TarConstants.LF_CHR, TarConstants.LF_BLK, TarConstants.LF_FIFO}) {
                // Given
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
                    tar.putArchiveEntry(new TarArchiveEntry("train/ant/zero.png", type));
                    tar.closeArchiveEntry();
                }

                // When, Then
                assertRefused(file(out.toByteArray()), "train/ant/zero.png is a special file");
            }
        }

        @Test
        void linkInAZipIsRefused() throws IOException {
            // Given
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(out)) {
                ZipArchiveEntry link = new ZipArchiveEntry("train/ant/passwd.png");
                link.setUnixMode(0120777);
                zip.putArchiveEntry(link);
                zip.write("/etc/passwd".getBytes(StandardCharsets.UTF_8));
                zip.closeArchiveEntry();
            }

            // When, Then
            assertRefused(file(out.toByteArray()), "train/ant/passwd.png is a symbolic link");
        }

        @Test
        void linkToAFolderAboveItselfIsRefused() throws IOException {
            // Given
            Packed.folder(temporary, twoClasses());
            Files.createSymbolicLink(temporary.resolve("train/ant/loop"), temporary);

            // When, Then
            assertRefused(temporary, "train/ant/loop", "Remove the link");
        }
    }

    @Nested
    class Bombs {
        /** Of an xz file's first block: where it begins, its dictionary's size as an exponent, its checksum. */
        private static final int XZ_BLOCK = 12;

        private static final int XZ_DICTIONARY = 16;
        private static final int XZ_BLOCK_CRC = 20;
        private static final DatasetLimits SMALL = new DatasetLimits(20, 5_000, 20_000, 1_000, 100_000);

        @Test
        void imageThatSaysItIsHugeIsRefusedBeforeItIsDecoded() {
            // Given: a header of 60,000 × 60,000 pixels before the pixels of 2 × 2
            byte[] png = PngImage.encode(TinyImages.noise(2, 2, Seed.of(0)));
            ByteBuffer.wrap(png).putInt(16, 60_000).putInt(20, 60_000);
            CRC32 crc = new CRC32();
            crc.update(png, 12, 17);
            ByteBuffer.wrap(png).putInt(29, (int) crc.getValue());
            Map<String, byte[]> files = new LinkedHashMap<>(twoClasses());
            files.put("train/ant/huge.png", png);

            // When, Then
            assertRefused(file(Packed.zip(files)), "train/ant/huge.png", "60000×60000", "pixels in one image");
        }

        @Test
        void jpegThatSaysItIsHugeIsRefusedBeforeItIsDecoded() {
            // Given
            byte[] jpeg = Jpegs.colour(8, 8);
            int frame = Jpegs.frame(jpeg);
            ByteBuffer.wrap(jpeg).putShort(frame + 5, (short) 65_500).putShort(frame + 7, (short) 65_500);
            Map<String, byte[]> files = new LinkedHashMap<>(twoClasses());
            files.put("train/ant/huge.jpg", jpeg);

            // When, Then
            assertRefused(file(Packed.zip(files)), "train/ant/huge.jpg", "65500×65500", "pixels in one image");
        }

        @ParameterizedTest
        @ValueSource(strings = {"zip", "tar", "tar.gz"})
        void fileThatUnpacksTooLargeIsRefused(String container) {
            // Given
            Map<String, byte[]> files = new LinkedHashMap<>(twoClasses());
            files.put("train/ant/large.png", new byte[5_001]);

            // When, Then
            assertRefused(
                    file(packed(container, files)), SMALL, "train/ant/large.png has 5001 bytes; allowed: at most 5000");
        }

        @ParameterizedTest
        @ValueSource(strings = {"zip", "tar"})
        void filesThatTogetherUnpackTooLargeAreRefused(String container) {
            // Given
            Map<String, byte[]> files = new LinkedHashMap<>(twoClasses());
            for (int i = 0; i < 5; i++) {
                files.put("other/" + i, new byte[4_900]);
            }

            // When, Then
            assertRefused(file(packed(container, files)), SMALL, "bytes unpacked; allowed: at most 20000");
        }

        @ParameterizedTest
        @ValueSource(strings = {"zip", "tar"})
        void tooManyEntriesAreRefused(String container) {
            // Given
            Map<String, byte[]> files = new LinkedHashMap<>(twoClasses());
            for (int i = 0; i < 20; i++) {
                files.put("other/folder" + i + "/", NOTHING);
            }

            // When, Then
            assertRefused(file(packed(container, files)), SMALL, "more than 20 entries");
        }

        @Test
        void imagesThatTogetherFillTheMemoryAreRefused() {
            // Given: six images of 4 × 4 pixels take 288 bytes
            DatasetLimits limits = new DatasetLimits(100, 5_000, 50_000, 1_000, 287);

            // When, Then
            assertRefused(file(Packed.zip(twoClasses())), limits, "take 288 bytes of memory", "-Xmx");
        }

        @Test
        void tarNameWithoutEndIsRefusedBeforeItIsRead() throws IOException {
            for (byte type : new byte[] {TarConstants.LF_GNUTYPE_LONGNAME, TarConstants.LF_PAX_EXTENDED_HEADER_LC}) {
                // Given: a header that says 4 GiB of name follow
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                TarArchiveEntry name = new TarArchiveEntry("././@LongLink", type);
                name.setSize(4L << 30);
                byte[] header = new byte[512];
                name.writeEntryHeader(header);
                out.writeBytes(header);
                out.writeBytes(new byte[100_000]);

                // When, Then
                assertRefused(file(Packed.gzip(out.toByteArray())), "headers without end");
            }
        }

        @Test
        void headersOfHeadersAreRefusedBeforeTheyFillTheStack() throws IOException {
            // Given
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            TarArchiveEntry pax = new TarArchiveEntry("./PaxHeaders/x", TarConstants.LF_PAX_EXTENDED_HEADER_LC);
            byte[] record = "20 comment=nothing!\n".getBytes(StandardCharsets.US_ASCII);
            pax.setSize(record.length);
            byte[] header = new byte[512];
            pax.writeEntryHeader(header);
            for (int i = 0; i < 50_000; i++) {
                out.writeBytes(header);
                out.writeBytes(Arrays.copyOf(record, 512));
            }

            // When, Then
            assertRefused(file(Packed.gzip(out.toByteArray())), "headers without end");
        }

        @Test
        void xzThatAsksForTooMuchMemoryIsRefused() {
            // Given: a dictionary of 768 MiB, which only the reader would have to hold
            byte[] xz = Packed.xz(Packed.tar(twoClasses()));
            int dictionaryOf768MiB = 35;
            xz[XZ_DICTIONARY] = (byte) dictionaryOf768MiB;
            CRC32 crc = new CRC32();
            crc.update(xz, XZ_BLOCK, XZ_BLOCK_CRC - XZ_BLOCK);
            ByteBuffer.wrap(xz).order(java.nio.ByteOrder.LITTLE_ENDIAN).putInt(XZ_BLOCK_CRC, (int) crc.getValue());

            // When, Then
            assertRefused(file(xz), "xz stream needs", "KiB of memory", "allowed: 262144");
        }

        @Test
        void zipThatUnpacksToMoreThanItSaysIsRefused() throws IOException {
            // Given: the directory says 100 bytes, the entry unpacks to 4,000
            Map<String, byte[]> files = new LinkedHashMap<>(twoClasses());
            files.put("train/ant/liar.png", new byte[4_000]);
            byte[] zip = Packed.zip(files);
            int directory = indexOf(zip, new byte[] {'P', 'K', 1, 2}, 0);
            int name = indexOf(zip, "train/ant/liar.png".getBytes(StandardCharsets.US_ASCII), directory);
            zip[name - 46 + 24] = 100;
            zip[name - 46 + 25] = 0;

            // When, Then
            assertRefused(file(zip), SMALL, "train/ant/liar.png", "damaged");
        }
    }

    @Nested
    class Classes {
        @ParameterizedTest
        @ValueSource(strings = {"folder", "zip", "tar"})
        void classFolderWithoutATrainingImageIsRefused(String container) {
            // Given
            Map<String, byte[]> files = new LinkedHashMap<>(twoClasses());
            files.put("train/cow/", NOTHING);

            // When, Then
            assertRefused(place(container, files), "class 'cow' has no training image");
        }

        @Test
        void classWithoutATestImageIsRefused() {
            // Given
            Map<String, byte[]> files = new LinkedHashMap<>(twoClasses());
            files.remove("test/bee/0000.png");

            // When, Then
            assertRefused(file(Packed.zip(files)), "class 'bee' has no test image", "Add images or remove");
        }

        @Test
        void classInTestButNotInTrainIsRefused() {
            // Given
            Map<String, byte[]> files = new LinkedHashMap<>(twoClasses());
            files.put("test/cow/0.png", files.get("test/bee/0000.png"));

            // When, Then
            assertRefused(file(Packed.zip(files)), "class 'cow' is in test/ but not in train/", "train/cow/");
        }

        @Test
        void dataSetOfOneClassIsRefused() {
            // Given
            Map<String, byte[]> files = new LinkedHashMap<>(twoClasses());
            files.keySet().removeIf(name -> name.contains("/bee/"));

            // When, Then
            assertRefused(file(Packed.zip(files)), "has 1 class, 'ant'; expected at least two");
        }

        @Test
        void trainWithoutTestIsRefused() {
            // Given
            Map<String, byte[]> files = new LinkedHashMap<>(twoClasses());
            files.keySet().removeIf(name -> name.startsWith("test/"));

            // When, Then
            assertRefused(file(Packed.zip(files)), "there is train/ but no test/ or val/ beside it");
        }

        @Test
        void imageNetsUnsortedValidationImagesAreRefusedWithTheListThatIsMissing() {
            // Given
            Map<String, byte[]> files = new LinkedHashMap<>(twoClasses());
            files.keySet().removeIf(name -> name.startsWith("test/"));
            files.put("val/ILSVRC2012_val_00000001.JPEG", NOTHING);
            files.put("test/ILSVRC2012_test_00000001.JPEG", NOTHING);

            // When, Then
            assertRefused(
                    file(Packed.zip(files)),
                    "val/ILSVRC2012_val_00000001.JPEG lies directly in val/; allowed: val/<class>/<image>",
                    "LOC_val_solution.csv",
                    "sort the images by it into val/<class>/");
        }

        @Test
        void filesOfNoFormAreNamed() {
            assertRefused(
                    file(Packed.zip(Map.of("pictures/holiday.png", NOTHING))),
                    "no data set was recognised in its 1 files (pictures/holiday.png)",
                    "train/<class>/<image>");
        }

        @Test
        void twoDataSetsInOneArchiveAreRefused() {
            // Given
            Map<String, byte[]> files = new LinkedHashMap<>();
            twoClasses().forEach((name, bytes) -> {
                files.put("one/" + name, bytes);
                files.put("two/" + name, bytes);
            });

            // When, Then
            assertRefused(file(Packed.zip(files)), "more than one data set", "'one/'", "'two/'");
        }

        @ParameterizedTest
        @CsvSource({"train/stray.png, directly in train/", "train/ant/more/0.png, too deep in train/"})
        void imageAtAnotherDepthIsRefused(String name, String where) {
            // Given
            Map<String, byte[]> files = new LinkedHashMap<>(twoClasses());
            files.put(name, files.get("test/bee/0000.png"));

            // When, Then
            assertRefused(file(Packed.zip(files)), name, where, "train/<class>/<image>");
        }

        @Test
        void sameIdUnderTwoExtensionsIsRefused() {
            // Given
            Map<String, byte[]> files = new LinkedHashMap<>(twoClasses());
            files.put("train/ant/0000.jpg", Jpegs.colour(4, 4));

            // When, Then
            assertRefused(file(Packed.zip(files)), "train/ant/0000.png", "train/ant/0000.jpg", "id ant/0000");
        }
    }

    @Nested
    class Images {
        @Test
        void textNamedPngIsRefused() {
            assertRefused(withImage("train/ant/note.png", text("hello")), "train/ant/note.png is not an image", "PNG");
        }

        @Test
        void emptyFileNamedJpgIsRefused() {
            assertRefused(withImage("train/ant/empty.jpg", NOTHING), "train/ant/empty.jpg is empty");
        }

        @ParameterizedTest
        @CsvSource({"GIF89a, a GIF image", "BM12345, a BMP image", "RIFF0000WEBP, a WebP image"})
        void otherImageFormatIsNamed(String start, String kind) {
            assertRefused(withImage("train/ant/other.png", text(start)), "train/ant/other.png is " + kind);
        }

        @Test
        void otherFileAmongImagesIsRefused() {
            assertRefused(withImage("train/ant/labels.csv", text("a,b")), "train/ant/labels.csv", ".png, .jpg, .jpeg");
        }

        @ParameterizedTest
        @ValueSource(ints = {10, 40, 60, 90, 99})
        void cutOffPngIsRefused(int percent) {
            byte[] png = PngImage.encode(TinyImages.noise(16, 16, Seed.of(0)));
            assertRefused(
                    withImage("train/ant/cut.png", Arrays.copyOf(png, png.length * percent / 100)),
                    "train/ant/cut.png is a PNG that ends");
        }

        @ParameterizedTest
        @ValueSource(ints = {2, 10, 40, 60, 90, 99})
        void cutOffJpegIsRefused(int percent) {
            byte[] jpeg = Jpegs.colour(64, 64);
            assertRefused(
                    withImage("train/ant/cut.jpg", Arrays.copyOf(jpeg, jpeg.length * percent / 100)),
                    "train/ant/cut.jpg is a JPEG that ends");
        }

        @Test
        void changedByteInAPngIsFoundByItsChecksum() {
            byte[] png = PngImage.encode(TinyImages.noise(16, 16, Seed.of(0)));
            png[200] ^= 1;
            assertRefused(withImage("train/ant/bad.png", png), "train/ant/bad.png", "damaged chunk (CRC-32)");
        }

        @Test
        void sameArchiveGetsTheSameAnswerWhicheverThreadFails() {
            // Given
            Map<String, byte[]> files = new LinkedHashMap<>(twoClasses());
            for (int i = 0; i < 200; i++) {
                files.put(String.format("train/ant/bad%03d.png", i), text("bad"));
            }
            Path zip = file(Packed.zip(files));

            // When, Then
            for (int i = 0; i < 20; i++) {
                assertRefused(zip, "train/ant/bad000.png");
            }
        }
    }

    @Nested
    class Cifar {
        @Test
        void labelOutsideTheNamesIsRefused() {
            // Given
            Map<String, byte[]> files = cifar10();
            files.get("cifar-10-batches-bin/data_batch_2.bin")[0] = 2;

            // When, Then
            assertRefused(
                    file(Packed.tar(files)),
                    "image 0 of cifar-10-batches-bin/data_batch_2.bin has label 2; allowed: 0 to 1");
        }

        @Test
        void labelAbove127IsReadAsUnsigned() {
            // Given
            Map<String, byte[]> files = cifar10();
            files.get("cifar-10-batches-bin/test_batch.bin")[3073] = (byte) 200;

            // When, Then
            assertRefused(
                    file(Packed.tar(files)), "image 1 of cifar-10-batches-bin/test_batch.bin has label 200; allowed");
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 1, 3072, 3074})
        void batchOfAnotherLengthIsRefused(int length) {
            // Given
            Map<String, byte[]> files = cifar10();
            files.put("cifar-10-batches-bin/data_batch_1.bin", new byte[length]);

            // When, Then
            assertRefused(file(Packed.tar(files)), "data_batch_1.bin has " + length + " bytes", "of 3073 bytes each");
        }

        @ParameterizedTest
        @ValueSource(strings = {"test_batch.bin", "data_batch_1.bin", "batches.meta.txt"})
        void missingFileIsNamed(String missing) {
            // Given
            Map<String, byte[]> files = cifar10();
            files.remove("cifar-10-batches-bin/" + missing);

            // When, Then
            assertRefused(file(Packed.tar(files)), missing + " is missing");
        }

        @Test
        void gapBetweenTheBatchesIsRefused() {
            // Given
            Map<String, byte[]> files = cifar10();
            files.put("cifar-10-batches-bin/data_batch_9.bin", files.get("cifar-10-batches-bin/data_batch_1.bin"));

            // When, Then
            assertRefused(file(Packed.tar(files)), "data_batch_5.bin is missing");
        }

        @Test
        void pythonVersionIsRefusedByName() {
            assertRefused(
                    file(Packed.tar(Map.of("cifar-10-batches-py/data_batch_1", text("\u0080\u0002}q")))),
                    "cifar-10-batches-py/data_batch_1",
                    "pickled",
                    "cifar-10-binary.tar.gz");
        }

        @Test
        void classWithoutAnImageIsRefused() {
            // Given
            Map<String, byte[]> files = cifar10();
            files.put("cifar-10-batches-bin/batches.meta.txt", text("ant\nbee\ncow\n"));

            // When, Then
            assertRefused(file(Packed.tar(files)), "class 'cow' has no training image");
        }

        @Test
        void superclassOutsideTheNamesIsRefused() {
            // Given
            Map<String, byte[]> files =
                    Packed.filesOf(TinyImages.of(DatasetForm.CIFAR100_BINARY, 3, 2, 1, CifarImageSource.SIDE));
            files.get("cifar-100-binary/train.bin")[0] = 20;

            // When, Then
            assertRefused(file(Packed.tar(files)), "image 0 of cifar-100-binary/train.bin has label 20", "coarse");
        }

        @Test
        void manifestOfOtherImagesIsRefused() {
            // Given
            ImageDataset dataset = TinyImages.of(DatasetForm.CIFAR10_BINARY, 2, 2, 1, CifarImageSource.SIDE);
            Map<String, byte[]> files = cifar10();
            files.put(
                    "cifar-10-batches-bin/manifest.json",
                    io.faultline.json.FaultlineJson.canonicalBytes(
                            DatasetManifest.of(dataset.withTrain(dataset.train().select(new int[] {1, 0, 2, 3})))));

            // When, Then
            assertRefused(file(Packed.tar(files)), "manifest.json lists other images or labels");
        }

        private Map<String, byte[]> cifar10() {
            return Packed.filesOf(TinyImages.of(DatasetForm.CIFAR10_BINARY, 2, 2, 1, CifarImageSource.SIDE));
        }
    }

    @Nested
    class TinyImageNet {
        @Test
        void trainingFolderOutsideWnidsIsRefused() {
            // Given
            Map<String, byte[]> files = tiny();
            files.put("train/n77/images/x.JPEG", files.get("val/images/test_0000.JPEG"));

            // When, Then
            assertRefused(file(Packed.tar(files)), "train/n77/images/x.JPEG is of class 'n77'", "wnids.txt");
        }

        @Test
        void emptyTrainingFolderOfAWnidIsRefused() {
            // Given
            Map<String, byte[]> files = tiny();
            files.keySet().removeIf(name -> name.startsWith("train/n01/"));
            files.put("train/n01/images/", NOTHING);

            // When, Then
            assertRefused(file(Packed.tar(files)), "class 'n01' has no training image");
        }

        @Test
        void validationImageWithoutAnAnnotationIsRefused() {
            // Given
            Map<String, byte[]> files = tiny();
            files.put("val/images/test_9.JPEG", files.get("val/images/test_0000.JPEG"));

            // When, Then
            assertRefused(file(Packed.tar(files)), "val/images/test_9.JPEG has no line in val/val_annotations.txt");
        }

        @Test
        void annotationWithoutAnImageIsRefused() {
            // Given
            Map<String, byte[]> files = tiny();
            files.remove("val/images/test_0000.JPEG");

            // When, Then
            assertRefused(file(Packed.tar(files)), "there is no val/images/test_0000.JPEG");
        }

        @Test
        void missingLabelFilesAreNamed() {
            for (String missing : List.of("wnids.txt", "val/val_annotations.txt")) {
                // Given
                Map<String, byte[]> files = tiny();
                files.remove(missing);

                // When, Then
                assertRefused(file(Packed.tar(files)), missing + " is missing");
            }
        }

        @Test
        void annotationOfAnUnknownClassIsRefused() {
            // Given
            Map<String, byte[]> files = tiny();
            files.put("val/val_annotations.txt", text("test_0000.JPEG\tn77\t0\t0\t3\t3\n"));

            // When, Then
            assertRefused(file(Packed.tar(files)), "val/val_annotations.txt is of class 'n77'");
        }

        private Map<String, byte[]> tiny() {
            return Packed.filesOf(TinyImages.of(DatasetForm.TINY_IMAGENET, 2, 2, 1, 4));
        }
    }

    private static Map<String, byte[]> twoClasses() {
        return Packed.filesOf(TinyImages.of(DatasetForm.IMAGE_FOLDER, 2, 2, 1, 4));
    }

    private Path withImage(String name, byte[] bytes) {
        Map<String, byte[]> files = new LinkedHashMap<>(twoClasses());
        files.put(name, bytes);
        return file(Packed.tar(files));
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private Path place(String container, Map<String, byte[]> files) {
        return container.equals("folder") ? Packed.folder(temporary, files) : file(packed(container, files));
    }

    private static byte[] packed(String container, Map<String, byte[]> files) {
        return switch (container) {
            case "zip" -> Packed.zip(files);
            case "tar" -> Packed.tar(files);
            case "tar.gz" -> Packed.gzip(Packed.tar(files));
            case "tar.xz" -> Packed.xz(Packed.tar(files));
            default -> throw new IllegalArgumentException(container);
        };
    }

    private Path file(byte[] bytes) {
        try {
            return Files.write(temporary.resolve("upload"), bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void assertRefused(Path path, String... parts) {
        assertRefused(path, DatasetLimits.ofThisProcess(), parts);
    }

    private static void assertRefused(Path path, DatasetLimits limits, String... parts) {
        assertThatThrownBy(() -> DatasetReader.read(path, ReadProgress.SILENT, limits))
                .isInstanceOf(InvalidDatasetException.class)
                .hasMessageContainingAll(parts);
    }

    private static byte[] tarOf(List<String> names, byte[] content) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out, "UTF-8")) {
            for (String name : names) {
                TarArchiveEntry entry = new TarArchiveEntry(name, true);
                entry.setName(name);
                entry.setSize(content.length);
                tar.putArchiveEntry(entry);
                tar.write(content);
                tar.closeArchiveEntry();
            }
        }
        return out.toByteArray();
    }

    private static byte[] zipOf(List<String> names, byte[] content) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(out)) {
            for (String name : names) {
                zip.putArchiveEntry(new ZipArchiveEntry(name));
                zip.write(content);
                zip.closeArchiveEntry();
            }
        }
        return out.toByteArray();
    }

    private static byte[] storedZip(Map<String, byte[]> files) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (java.util.zip.ZipOutputStream zip = new java.util.zip.ZipOutputStream(out)) {
            zip.setMethod(java.util.zip.ZipOutputStream.STORED);
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                java.util.zip.ZipEntry entry = new java.util.zip.ZipEntry(file.getKey());
                CRC32 crc = new CRC32();
                crc.update(file.getValue());
                entry.setCrc(crc.getValue());
                entry.setSize(file.getValue().length);
                zip.putNextEntry(entry);
                zip.write(file.getValue());
                zip.closeEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static void setEncryptedFlag(byte[] zip, byte[] signature, int offset) {
        for (int at = indexOf(zip, signature, 0); at >= 0; at = indexOf(zip, signature, at + 1)) {
            zip[at + offset] |= 1;
        }
    }

    private static int indexOf(byte[] bytes, byte[] wanted, int from) {
        for (int i = from; i + wanted.length <= bytes.length; i++) {
            if (Arrays.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length)) {
                return i;
            }
        }
        return -1;
    }

    private static int lastIndexOf(byte[] bytes, byte[] wanted) {
        int last = -1;
        for (int at = indexOf(bytes, wanted, 0); at >= 0; at = indexOf(bytes, wanted, at + 1)) {
            last = at;
        }
        return last;
    }
}
