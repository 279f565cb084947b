package io.faultline.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.recipe.Seed;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Image files made to fill memory, to loop, or to fall over: refused with a sentence, or read for what is sound in them. */
class HostileImageTest {
    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
    private static final byte[] END = {(byte) 0xFF, (byte) 0xD9};
    /** Of 2,000 changed files: enough that every segment and chunk of the originals is hit. */
    private static final int CHANGED_FILES = 2_000;

    private final ImageDecoder decoder = new ImageDecoder(
            new PixelBudget(new DatasetLimits(1, Long.MAX_VALUE, Long.MAX_VALUE, 64L << 20, Long.MAX_VALUE)));

    @Nested
    class Png {
        @ParameterizedTest(name = "{0}×{1}")
        @CsvSource({
            "50000, 50000, at most 67108864 pixels",
            "4294967295, 4294967295, at most 67108864 pixels",
            "65536, 1, sides of at most 65535",
            "1, 60000000, sides of at most 65535",
            "0, 7, expected at least 1×1",
            "7, 0, expected at least 1×1"
        })
        void sizeThatCannotBeBorneIsRefusedBeforeDecoding(long height, long width, String allowed) {
            byte[] png = png(header(height, width, 8, 2, 0), deflated(new byte[100]));
            assertRefused(png, "image says it is " + height + "×" + width + " pixels", allowed);
        }

        @Test
        void fewBytesCannotClaimManyPixels() {
            // Given: 8,000 × 8,000 pixels are allowed, but a kilobyte cannot hold them
            byte[] png = png(header(8_000, 8_000, 8, 2, 0), deflated(new byte[100_000]));

            // When, Then
            assertRefused(png, "bytes where 192008000 must unpack from them");
        }

        @Test
        void pixelsThatEndEarlyAreRefused() {
            byte[] png = png(header(10, 10, 8, 2, 0), deflated(new byte[309]));
            assertRefused(png, "has pixels for 309 of 310 bytes");
        }

        @Test
        void bytesBehindTheLastRowAreNeverUnpacked() {
            // Given: 50 MiB follow a row of one pixel
            byte[] png = png(header(1, 1, 8, 2, 0), deflated(new byte[50 << 20]));

            // When, Then
            assertThat(decode(png).pixels()).containsOnly(0);
        }

        @Test
        void packedTextsAndProfilesAreNeverUnpacked() {
            // Given
            ByteArrayOutputStream bomb = new ByteArrayOutputStream();
            bomb.writeBytes("Comment\0\0".getBytes(StandardCharsets.ISO_8859_1));
            bomb.writeBytes(deflated(new byte[50 << 20]));
            byte[] png = png(
                    header(1, 1, 8, 2, 0),
                    deflated(new byte[4]),
                    chunk("zTXt", bomb.toByteArray()),
                    chunk("iCCP", bomb.toByteArray()),
                    chunk("iTXt", bomb.toByteArray()));

            // When, Then
            assertThat(decode(png).pixels()).containsOnly(0);
        }

        @ParameterizedTest(name = "{0} bits of colour type {1}, interlacing {2}")
        @CsvSource({"3, 0, 0", "16, 3, 0", "4, 2, 0", "8, 1, 0", "8, 7, 0", "0, 0, 0", "32, 2, 0"})
        void depthThatTheStandardDoesNotKnowIsRefused(int bits, int colourType, int interlace) {
            byte[] png = png(header(1, 1, bits, colourType, interlace), deflated(new byte[100]));
            assertRefused(png, "has " + bits + " bits per channel in colour type " + colourType);
        }

        @Test
        void unknownInterlacingIsRefused() {
            assertRefused(png(header(1, 1, 8, 2, 2), deflated(new byte[4])), "interlacing 2");
        }

        @Test
        void colourBeyondThePaletteIsRefused() {
            byte[] png = png(header(1, 1, 8, 3, 0), deflated(new byte[] {0, 2}), chunk("PLTE", new byte[6]));
            assertRefused(png, "has colour 2 of a palette of 2");
        }

        @Test
        void paletteThatIsMissingOrNoneIsRefused() {
            assertRefused(png(header(1, 1, 8, 3, 0), deflated(new byte[2])), "has no palette");
            assertRefused(
                    png(header(1, 1, 8, 3, 0), deflated(new byte[2]), chunk("PLTE", new byte[7])),
                    "has a palette of 7 bytes");
            assertRefused(
                    png(header(1, 1, 8, 3, 0), deflated(new byte[2]), chunk("PLTE", new byte[771])),
                    "has a palette of 771 bytes");
        }

        @Test
        void chunksOutOfOrderAreRefused() {
            byte[] header = chunk("IHDR", header(1, 1, 8, 2, 0));
            assertRefused(joined(SIGNATURE, chunk("IDAT", deflated(new byte[4])), header), "begin with its header");
            assertRefused(joined(SIGNATURE, header, header), "has two headers");
            assertRefused(joined(SIGNATURE, header, chunk("IEND", new byte[0])), "has no pixels");
            assertRefused(joined(SIGNATURE, header, chunk("CgBI", new byte[4])), "unknown critical chunk CgBI");
        }

        @Test
        void rowOfAnUnknownFilterIsRefused() {
            byte[] png = png(header(1, 1, 8, 2, 0), deflated(new byte[] {(byte) 200, 0, 0, 0}));
            assertRefused(png, "row of unknown filter 200");
        }

        @Test
        void everyCutIsRefused() {
            byte[] png = PngImage.encode(TinyImages.noise(9, 9, Seed.of(0)));
            for (int length = 0; length < png.length; length++) {
                byte[] cut = Arrays.copyOf(png, length);
                assertThatThrownBy(() -> decode(cut)).isInstanceOf(InvalidDatasetException.class);
            }
        }

        @Test
        void changedFilesAreReadOrRefused() {
            for (String name : new String[] {"rgba16-interlaced.png", "palette4.png", "orientation-6.png"}) {
                changed(golden(name));
            }
        }

        @Test
        void changedChunksWithSoundChecksumsAreReadOrRefused() {
            // Given: behind its checksum, any content may stand in any chunk
            SplittableRandom random = Seed.of(4).generator();
            for (int i = 0; i < CHANGED_FILES; i++) {
                byte[] header = header(
                        random.nextInt(1, 9),
                        random.nextInt(1, 9),
                        1 << random.nextInt(5),
                        random.nextInt(7),
                        random.nextInt(2));
                byte[] data = new byte[random.nextInt(200)];
                random.nextBytes(data);
                byte[] exif = new byte[random.nextInt(60)];
                random.nextBytes(exif);
                byte[] palette = new byte[3 * random.nextInt(1, 257)];

                // When, Then
                readOrRefused(png(header, deflated(data), chunk("PLTE", palette), chunk("eXIf", exif)));
            }
        }

        private byte[] png(byte[] header, byte[] data, byte[]... extra) {
            return joined(
                    SIGNATURE, chunk("IHDR", header), joined(extra), chunk("IDAT", data), chunk("IEND", new byte[0]));
        }

        private byte[] header(long height, long width, int bits, int colourType, int interlace) {
            return ByteBuffer.allocate(13)
                    .putInt((int) width)
                    .putInt((int) height)
                    .put((byte) bits)
                    .put((byte) colourType)
                    .putShort((short) 0)
                    .put((byte) interlace)
                    .array();
        }
    }

    @Nested
    class Jpeg {
        @Test
        void everyCutIsRefused() {
            for (String name : new String[] {"ycc-420-q30.jpg", "progressive.jpg", "cmyk.jpg", "orientation-6.jpg"}) {
                byte[] jpeg = golden(name);
                for (int length = 0; length < jpeg.length; length++) {
                    byte[] cut = Arrays.copyOf(jpeg, length);
                    assertThatThrownBy(() -> decode(cut)).isInstanceOf(InvalidDatasetException.class);
                }
            }
        }

        @Test
        void everyCutMadeToLookWholeIsRefused() {
            // Given: an end marker behind the cut; the platform's decoder would fill the rest with grey
            byte[] jpeg = golden("ycc-420-q30.jpg");
            int pixels = Jpegs.scan(jpeg) + 14;
            for (int length = pixels; length < jpeg.length - 3; length++) {
                if (jpeg[length - 1] != (byte) 0xFF) {
                    byte[] cut = joined(Arrays.copyOf(jpeg, length), END);

                    // When, Then
                    assertThatThrownBy(() -> decode(cut)).isInstanceOf(InvalidDatasetException.class);
                }
            }
        }

        @Test
        void fewBytesCannotClaimManyPixels() {
            // Given: 8,000 × 8,000 pixels are allowed, but the scan of 8 × 8 cannot hold them
            byte[] jpeg = Jpegs.colour(8, 8);
            int frame = Jpegs.frame(jpeg);
            ByteBuffer.wrap(jpeg).putShort(frame + 5, (short) 8_000).putShort(frame + 7, (short) 8_000);

            // When, Then
            assertRefused(jpeg, "bytes of pixels where 8000×8000 take at least 375000");
        }

        @Test
        void heightThatIsToFollowLaterIsRefused() {
            byte[] jpeg = Jpegs.colour(8, 8);
            ByteBuffer.wrap(jpeg).putShort(Jpegs.frame(jpeg) + 5, (short) 0);
            assertRefused(jpeg, "says it is 0×8 pixels");
        }

        @Test
        void scansWithoutEndAreRefused() {
            // Given: the one scan of a grey image a hundred times more
            byte[] jpeg = golden("grey.jpg");
            byte[] scan = Arrays.copyOfRange(jpeg, Jpegs.scan(jpeg), jpeg.length - 2);
            ByteArrayOutputStream file = new ByteArrayOutputStream();
            file.write(jpeg, 0, jpeg.length - 2);
            for (int i = 0; i < 100; i++) {
                file.writeBytes(scan);
            }
            file.writeBytes(END);

            // When, Then
            assertRefused(file.toByteArray(), "has more than 100 scans");
        }

        @ParameterizedTest(name = "SOF {0}")
        @CsvSource({
            "195, is lossless or hierarchical",
            "197, is lossless or hierarchical",
            "201, is coded arithmetically",
            "202, is coded arithmetically"
        })
        void kindThatIsNotDecodedIsNamed(int marker, String kind) {
            byte[] jpeg = Jpegs.colour(8, 8);
            jpeg[Jpegs.frame(jpeg) + 1] = (byte) marker;
            assertRefused(jpeg, kind, "allowed: whole baseline or progressive JPEGs");
        }

        @Test
        void frameThatTheStandardDoesNotKnowIsRefused() {
            assertRefused(withFrameByte(4, 12), "has 12 bits per channel");
            assertRefused(withFrameByte(9, 2), "has 2 channels");
            assertRefused(withFrameByte(9, 4), "too short for its 4 channels");
            assertRefused(withFrameByte(11, 0x02), "sampled 0×2 times");
            assertRefused(withFrameByte(11, 0x51), "sampled 5×1 times");
        }

        @Test
        void twoFramesAreRefused() {
            byte[] jpeg = Jpegs.colour(8, 8);
            int frame = Jpegs.frame(jpeg);
            assertRefused(
                    joined(
                            Arrays.copyOf(jpeg, frame),
                            Arrays.copyOfRange(jpeg, frame, frame + 19),
                            Arrays.copyOfRange(jpeg, frame, jpeg.length)),
                    "has two frames");
        }

        @Test
        void garbageBehindTheFirstBytesIsRefused() {
            byte[] garbage = new byte[10_000];
            Seed.of(3).generator().nextBytes(garbage);
            garbage[0] = (byte) 0xFF;
            garbage[1] = (byte) 0xD8;
            garbage[2] = (byte) 0xFF;
            assertRefused(garbage, "is a JPEG that");
        }

        @Test
        void brokenProfileAndThumbnailAreNotLookedAt() {
            // Given: a profile that is none, and a JFIF segment that promises a thumbnail of 255 × 255
            byte[] jpeg = golden("ycc-420-q95.jpg");
            byte[] profile = joined(
                    new byte[] {(byte) 0xFF, (byte) 0xE2, 0, 30},
                    "ICC_PROFILE\0".getBytes(StandardCharsets.ISO_8859_1),
                    new byte[] {1, 1},
                    new byte[14]);
            byte[] odd = joined(Arrays.copyOf(jpeg, 2), profile, Arrays.copyOfRange(jpeg, 2, jpeg.length));
            int jfif = 2 + profile.length;
            odd[jfif + 16] = (byte) 255;
            odd[jfif + 17] = (byte) 255;

            // When, Then
            DatasetAssertions.assertEqual(decode(odd), decode(jpeg));
        }

        @Test
        void bytesTooManyBetweenMarkersAreNoDamage() {
            byte[] jpeg = golden("ycc-420-q95.jpg");
            byte[] odd = joined(Arrays.copyOf(jpeg, jpeg.length - 2), new byte[] {1, 2, 3, 4, 5}, END, new byte[100]);
            DatasetAssertions.assertEqual(decode(odd), decode(jpeg));
        }

        @Test
        void changedFilesAreReadOrRefused() {
            for (String name : new String[] {"ycc-420-q30.jpg", "progressive.jpg", "ycck.jpg", "restarts.jpg"}) {
                changed(golden(name));
            }
        }

        private byte[] withFrameByte(int place, int value) {
            byte[] jpeg = Jpegs.colour(8, 8);
            jpeg[Jpegs.frame(jpeg) + place] = (byte) value;
            return jpeg;
        }
    }

    /** Files of EXIF blocks that lead nowhere: the pixels stay as they lie. */
    @Nested
    class Exif {
        @ParameterizedTest(name = "{0}")
        @CsvSource({
            "a directory far outside,         49492A00 FFFFFF7F",
            "a directory before the block,    4D4D002A FFFFFFFF",
            "a directory that is its header,  49492A00 00000000",
            "entries that are not there,      49492A00 08000000 FFFF",
            "orientation zero,                49492A00 08000000 0100 1201 0300 01000000 00000000",
            "orientation nine,                49492A00 08000000 0100 1201 0300 01000000 09000000",
            "orientation of another type,     49492A00 08000000 0100 1201 0C00 01000000 06000000",
            "no byte order,                   58582A00 08000000 0100 1201 0300 01000000 06000000",
            "no TIFF,                         49492B00 08000000 0100 1201 0300 01000000 06000000",
            "cut off in the entry,            49492A00 08000000 0100 1201 0300 0100",
            "nothing,                         49"
        })
        void blockThatSaysNothingTurnsNothing(String what, String hex) {
            byte[] block = java.util.HexFormat.of().parseHex(hex.replace(" ", ""));
            assertThat(Orientation.of(ByteBuffer.wrap(block))).isEqualTo(Orientation.UPRIGHT);
            DatasetAssertions.assertEqual(decode(withExif(Jpegs.colour(8, 16), block)), decode(Jpegs.colour(8, 16)));
        }

        @Test
        void directoriesInARingAreNotFollowed() {
            // Given: the directory's successor and its sub-directory are itself
            byte[] block = java.util.HexFormat.of()
                    .parseHex("49492A00080000000200" + "698704000100000008000000" + "120103000100000003000000"
                            + "08000000");

            // When, Then: and what it says itself is heard
            assertThat(Orientation.of(ByteBuffer.wrap(block))).isEqualTo(Orientation.TURNED_HALF);
        }

        @Test
        void firstBlockCounts() {
            // Given
            byte[] jpeg = golden("orientation-6.jpg");
            byte[] half = java.util.HexFormat.of().parseHex("49492A00080000000100" + "120103000100000003000000");

            // When
            RgbImage image = decode(withExif(jpeg, half));

            // Then: turned by half is as high as it was stored
            assertThat(image.height()).isEqualTo(29);
        }

        private byte[] withExif(byte[] jpeg, byte[] block) {
            byte[] content = joined("Exif\0\0".getBytes(StandardCharsets.ISO_8859_1), block);
            byte[] frame = ByteBuffer.allocate(4)
                    .putShort((short) 0xFFE1)
                    .putShort((short) (2 + content.length))
                    .array();
            return joined(Arrays.copyOf(jpeg, 2), frame, content, Arrays.copyOfRange(jpeg, 2, jpeg.length));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "FF", "FFD8", "FFD8FF", "FFD8FFD9", "89504E470D0A1A0A", "89504E47"})
    void startAloneIsRefused(String hex) {
        assertThatThrownBy(() -> decode(java.util.HexFormat.of().parseHex(hex)))
                .isInstanceOf(InvalidDatasetException.class)
                .hasMessageContainingAll("image", "allowed");
    }

    private void changed(byte[] file) {
        SplittableRandom random = Seed.of(file.length).generator();
        for (int i = 0; i < CHANGED_FILES; i++) {
            byte[] changed = file.clone();
            for (int change = random.nextInt(1, 4); change > 0; change--) {
                changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
            }
            readOrRefused(changed);
        }
    }

    /** No other exception, and no end of the process. */
    private void readOrRefused(byte[] file) {
        try {
            assertThat(decode(file).pixels()).isNotEmpty();
        } catch (InvalidDatasetException e) {
            assertThat(e).hasMessageContaining("allowed");
        }
    }

    private RgbImage decode(byte[] bytes) {
        return decoder.decode(new FileContent("image", bytes));
    }

    private void assertRefused(byte[] file, String... parts) {
        assertThatThrownBy(() -> decode(file))
                .isInstanceOf(InvalidDatasetException.class)
                .hasMessageContainingAll(parts);
    }

    private static byte[] golden(String name) {
        try (InputStream in = HostileImageTest.class.getResourceAsStream("/golden/codecs/" + name)) {
            return Optional.ofNullable(in).orElseThrow().readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] deflated(byte[] bytes) {
        Deflater deflater = new Deflater();
        deflater.setInput(bytes);
        deflater.finish();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] buffer = new byte[8192];
        while (!deflater.finished()) {
            out.write(buffer, 0, deflater.deflate(buffer));
        }
        deflater.end();
        return out.toByteArray();
    }

    private static byte[] chunk(String type, byte[] content) {
        byte[] typeBytes = type.getBytes(StandardCharsets.ISO_8859_1);
        CRC32 crc = new CRC32();
        crc.update(typeBytes);
        crc.update(content);
        return ByteBuffer.allocate(12 + content.length)
                .putInt(content.length)
                .put(typeBytes)
                .put(content)
                .putInt((int) crc.getValue())
                .array();
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
