package io.faultline.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.recipe.Seed;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.stream.ImageInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageDecoderTest {
    private final ImageDecoder decoder = new ImageDecoder(new PixelBudget(DatasetLimits.ofThisProcess()));

    @Test
    void greyJpegBecomesThreeEqualChannelsAndIsNotBrightened() {
        // Given: one level everywhere, which JPEG keeps exactly
        BufferedImage grey = new BufferedImage(16, 8, BufferedImage.TYPE_BYTE_GRAY);
        for (int i = 0; i < 16 * 8; i++) {
            grey.getRaster().setSample(i % 16, i / 16, 0, 100);
        }

        // When
        RgbImage image = decode(Jpegs.encoded(grey, "jpeg"));

        // Then
        assertThat(image.height()).isEqualTo(8);
        assertThat(image.width()).isEqualTo(16);
        assertThat(image.pixels()).containsOnly(100);
    }

    @Test
    void greyPngKeepsItsLevels() {
        // Given
        BufferedImage grey = new BufferedImage(16, 16, BufferedImage.TYPE_BYTE_GRAY);
        for (int i = 0; i < 256; i++) {
            grey.getRaster().setSample(i % 16, i / 16, 0, i);
        }

        // When
        RgbImage image = decode(Jpegs.encoded(grey, "png"));

        // Then
        for (int i = 0; i < 256; i++) {
            assertThat(pixel(image, i)).containsExactly(i, i, i);
        }
    }

    @Test
    void palettePngBecomesItsColours() {
        // Given
        IndexColorModel palette = new IndexColorModel(
                8, 3, new byte[] {1, (byte) 200, 3}, new byte[] {10, 20, 30}, new byte[] {(byte) 255, 0, 7});
        BufferedImage indexed = new BufferedImage(3, 1, BufferedImage.TYPE_BYTE_INDEXED, palette);
        for (int i = 0; i < 3; i++) {
            indexed.getRaster().setSample(i, 0, 0, i);
        }

        // When
        RgbImage image = decode(Jpegs.encoded(indexed, "png"));

        // Then
        assertThat(pixel(image, 0)).containsExactly(1, 10, 255);
        assertThat(pixel(image, 1)).containsExactly(200, 20, 0);
        assertThat(pixel(image, 2)).containsExactly(3, 30, 7);
    }

    @Test
    void alphaChannelIsDropped() {
        // Given
        BufferedImage transparent = new BufferedImage(1, 2, BufferedImage.TYPE_INT_ARGB);
        transparent.setRGB(0, 0, 0x00_0A_14_1E);
        transparent.setRGB(0, 1, 0x80_FF_00_01);

        // When
        RgbImage image = decode(Jpegs.encoded(transparent, "png"));

        // Then
        assertThat(pixel(image, 0)).containsExactly(10, 20, 30);
        assertThat(pixel(image, 1)).containsExactly(255, 0, 1);
    }

    @Test
    void colourJpegIsWithinItsQuantisationOfTheOriginal() {
        // When
        RgbImage image = decode(Jpegs.colour(32, 32));

        // Then: smooth ramps at the platform's default quality; R grows to the right, B downwards
        for (int i = 0; i < 32 * 32; i++) {
            assertThat(pixel(image, i)[0]).isBetween(255 * (i % 32) / 32 - 12, 255 * (i % 32) / 32 + 12);
            assertThat(pixel(image, i)[1]).isBetween(116, 140);
            assertThat(pixel(image, i)[2]).isBetween(255 * (i / 32) / 32 - 12, 255 * (i / 32) / 32 + 12);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4})
    void everyRowFilterOfPngIsUndone(int filter) throws IOException {
        // Given
        RgbImage original = TinyImages.noise(9, 7, Seed.of(filter));
        byte[] png = filteredPng(original, filter);

        // When
        RgbImage image = decode(png);

        // Then: the platform's reader agrees
        DatasetAssertions.assertEqual(image, original);
        DatasetAssertions.assertEqual(platform(png), original);
    }

    @ParameterizedTest(name = "{0} × {1}")
    @CsvSource({"1, 1", "1, 500", "500, 1", "32, 32", "150, 200"})
    void writtenPngIsReadByUsAndByThePlatform(int height, int width) throws IOException {
        // Given: the largest needs more than one stored block of 65,535 bytes
        RgbImage original = TinyImages.noise(height, width, Seed.of(5));

        // When
        byte[] png = PngImage.encode(original);

        // Then
        DatasetAssertions.assertEqual(decode(png), original);
        DatasetAssertions.assertEqual(platform(png), original);
    }

    @Test
    void bytesOfAWrittenPngAreFixed() {
        // Given
        RgbImage image = new RgbImage(1, 1, new byte[] {1, 2, (byte) 255});

        // When
        byte[] png = PngImage.encode(image);

        // Then: signature, IHDR, IDAT of one stored block, IEND; checksums by Python's zlib.crc32 and zlib.adler32
        assertThat(java.util.HexFormat.of().formatHex(png))
                .isEqualTo("89504e470d0a1a0a" + "0000000d49484452" + "0000000100000001" + "0802000000" + "907753de"
                        + "0000000f49444154" + "7801" + "010400fbff" + "000102ff" + "010a0103" + "01a5b451"
                        + "0000000049454e44ae426082");
    }

    @Test
    void sixteenBitsComeBackToTheEightTheyWereWidenedFrom() {
        // Given: v · 257 is v widened; halfway to the next level is rounded
        BufferedImage deep = new BufferedImage(256, 1, BufferedImage.TYPE_USHORT_GRAY);
        for (int i = 0; i < 256; i++) {
            deep.getRaster().setSample(i, 0, 0, i * 257 + (i < 255 ? 128 : 0));
        }
        BufferedImage deeper = new BufferedImage(1, 1, BufferedImage.TYPE_USHORT_GRAY);
        deeper.getRaster().setSample(0, 0, 0, 7 * 257 + 129);

        // When
        RgbImage image = decode(Jpegs.encoded(deep, "png"));
        RgbImage above = decode(Jpegs.encoded(deeper, "png"));

        // Then
        for (int i = 0; i < 256; i++) {
            assertThat(pixel(image, i)).containsExactly(i, i, i);
        }
        assertThat(pixel(above, 0)).containsExactly(8, 8, 8);
    }

    @Test
    void codecThatRegistersItselfFirstChangesNothing() {
        // Given: a reader of JPEG that some other library brings
        byte[] jpeg = Jpegs.colour(24, 40);
        RgbImage before = decode(jpeg);
        IIORegistry registry = IIORegistry.getDefaultInstance();
        ForeignJpegReaderSpi foreign = new ForeignJpegReaderSpi();
        registry.registerServiceProvider(foreign, ImageReaderSpi.class);
        try {
            // When
            RgbImage after = new ImageDecoder(new PixelBudget(DatasetLimits.ofThisProcess()))
                    .decode(new FileContent("image", jpeg));

            // Then
            DatasetAssertions.assertEqual(after, before);
        } finally {
            registry.deregisterServiceProvider(foreign, ImageReaderSpi.class);
        }
    }

    @Test
    void readersUsedAgainKeepNothingOfTheImageBefore() {
        // Given: images of differing size and kind through one decoder
        byte[] colour = Jpegs.colour(24, 40);
        byte[] other = Jpegs.colour(17, 9);
        byte[] damaged = Arrays.copyOf(colour, colour.length);
        Arrays.fill(damaged, Jpegs.scan(colour) + 20, colour.length - 2, (byte) 0x55);
        RgbImage alone = decode(colour);

        // When
        for (int i = 0; i < 20; i++) {
            decode(other);
            assertThatThrownBy(() -> decode(damaged)).isInstanceOf(InvalidDatasetException.class);
            DatasetAssertions.assertEqual(decode(colour), alone);
        }
    }

    @Test
    void damagedTablesOfAJpegAreRefusedWithTheDecodersReason() {
        // Given: the frame's quantisation table is none that was defined
        byte[] jpeg = Jpegs.colour(8, 8);
        jpeg[Jpegs.frame(jpeg) + 12] = 3;

        // When, Then
        assertThatThrownBy(() -> decode(jpeg))
                .isInstanceOf(InvalidDatasetException.class)
                .hasMessageContainingAll("image cannot be decoded");
    }

    /** Claims JPEG and fails at whatever it is asked. */
    private static final class ForeignJpegReaderSpi extends ImageReaderSpi {
        ForeignJpegReaderSpi() {
            super(
                    "elsewhere",
                    "1",
                    new String[] {"jpeg", "jpg"},
                    new String[] {"jpg"},
                    new String[] {"image/jpeg"},
                    "elsewhere.Reader",
                    new Class<?>[] {ImageInputStream.class},
                    null,
                    false,
                    null,
                    null,
                    null,
                    null,
                    false,
                    null,
                    null,
                    null,
                    null);
        }

        @Override
        public boolean canDecodeInput(Object source) {
            return true;
        }

        @Override
        public ImageReader createReaderInstance(Object extension) {
            throw new UnsupportedOperationException("the foreign codec was asked");
        }

        @Override
        public String getDescription(Locale locale) {
            return "a foreign codec";
        }
    }

    private RgbImage decode(byte[] bytes) {
        return decoder.decode(new FileContent("image", bytes));
    }

    private static int[] pixel(RgbImage image, int place) {
        return new int[] {
            image.pixels()[3 * place] & 0xFF, image.pixels()[3 * place + 1] & 0xFF, image.pixels()[3 * place + 2] & 0xFF
        };
    }

    private static RgbImage platform(byte[] png) throws IOException {
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
        byte[] pixels = new byte[3 * image.getHeight() * image.getWidth()];
        for (int i = 0; i < pixels.length / 3; i++) {
            int rgb = image.getRGB(i % image.getWidth(), i / image.getWidth());
            pixels[3 * i] = (byte) (rgb >> 16);
            pixels[3 * i + 1] = (byte) (rgb >> 8);
            pixels[3 * i + 2] = (byte) rgb;
        }
        return new RgbImage(image.getHeight(), image.getWidth(), pixels);
    }

    /** A compressed PNG in two data chunks whose rows all have one filter. */
    private static byte[] filteredPng(RgbImage image, int filter) {
        int stride = 3 * image.width();
        byte[] rows = new byte[image.height() * (stride + 1)];
        for (int y = 0; y < image.height(); y++) {
            rows[y * (stride + 1)] = (byte) filter;
            for (int i = 0; i < stride; i++) {
                int left = at(image, y, i - 3);
                int above = at(image, y - 1, i);
                int corner = i < 3 ? 0 : at(image, y - 1, i - 3);
                int estimate = left + above - corner;
                int paeth = corner;
                if (Math.abs(estimate - above) <= Math.abs(estimate - corner)) {
                    paeth = above;
                }
                if (Math.abs(estimate - left) <= Math.abs(estimate - above)
                        && Math.abs(estimate - left) <= Math.abs(estimate - corner)) {
                    paeth = left;
                }
                int[] predictions = {0, left, above, (left + above) / 2, paeth};
                rows[y * (stride + 1) + 1 + i] = (byte) (at(image, y, i) - predictions[filter]);
            }
        }
        Deflater deflater = new Deflater();
        deflater.setInput(rows);
        deflater.finish();
        byte[] packed = new byte[2 * rows.length + 100];
        int length = deflater.deflate(packed);
        deflater.end();
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        png.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'});
        png.writeBytes(chunk(
                "IHDR",
                ByteBuffer.allocate(13)
                        .putInt(image.width())
                        .putInt(image.height())
                        .put((byte) 8)
                        .put((byte) 2)
                        .array()));
        png.writeBytes(chunk("tEXt", "Comment\0filtered".getBytes(StandardCharsets.ISO_8859_1)));
        png.writeBytes(chunk("IDAT", Arrays.copyOfRange(packed, 0, length / 2)));
        png.writeBytes(chunk("IDAT", Arrays.copyOfRange(packed, length / 2, length)));
        png.writeBytes(chunk("IEND", new byte[0]));
        return png.toByteArray();
    }

    private static int at(RgbImage image, int y, int i) {
        return y < 0 || i < 0 ? 0 : image.pixels()[y * 3 * image.width() + i] & 0xFF;
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
}
