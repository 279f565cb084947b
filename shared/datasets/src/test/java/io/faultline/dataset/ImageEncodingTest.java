package io.faultline.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.recipe.Seed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageEncodingTest {
    /** At quality 100 every step is 1: what is left is the rounding of the transform and of YCbCr. Mixed colours are 60 off. */
    private static final int LEVELS_AT_BEST_QUALITY = 6;

    private final ImageDecoder decoder = new ImageDecoder(new PixelBudget(DatasetLimits.ofThisProcess()));

    @Test
    void pngKeepsEveryPixelAndIsThePinnedForm() {
        // Given
        RgbImage image = TinyImages.noise(17, 9, Seed.of(2));

        // When
        byte[] file = ImageEncoding.png().encode(image);

        // Then
        DatasetAssertions.assertEqual(decode(file), image);
        assertThat(file).isEqualTo(PngImage.encode(image));
        assertThat(ImageEncoding.png().extension()).isEqualTo("png");
    }

    @Test
    void jpegOfBestQualityKeepsColoursPixelByPixel() {
        // Given: red beside green beside blue, which coarser sampling of colour would mix
        byte[] pixels = new byte[3 * 16 * 16];
        for (int i = 0; i < 16 * 16; i++) {
            pixels[3 * i + i % 3] = (byte) 255;
        }
        RgbImage image = new RgbImage(16, 16, pixels);

        // When
        RgbImage read = decode(ImageEncoding.jpeg(100).encode(image));

        // Then
        for (int i = 0; i < pixels.length; i++) {
            assertThat(read.pixels()[i] & 0xFF)
                    .isBetween(
                            (pixels[i] & 0xFF) - LEVELS_AT_BEST_QUALITY, (pixels[i] & 0xFF) + LEVELS_AT_BEST_QUALITY);
        }
        assertThat(ImageEncoding.jpeg(100).extension()).isEqualTo("jpg");
    }

    @Test
    void fileHoldsTablesFrameAndOneScanOnly() {
        // When
        byte[] file = ImageEncoding.jpeg(90).encode(TinyImages.noise(20, 30, Seed.of(1)));

        // Then: JFIF's 16 bytes have no thumbnail; two tables, frame, four codes, scan; the end marker is the last
        assertThat(segments(file))
                .containsExactly("E0:16", "DB:67", "DB:67", "C0:17", "C4:31", "C4:181", "C4:31", "C4:181", "DA:12");
        assertThat(file).endsWith(0xFF, 0xD9);
        int frame = Jpegs.frame(file);
        assertThat(new int[] {file[frame + 11], file[frame + 14], file[frame + 17]})
                .as("sampling of the three channels")
                .containsExactly(0x11, 0x11, 0x11);
    }

    @ParameterizedTest(name = "quality {0}")
    @CsvSource({
        // sums of the tables that Pillow 12.3.0 (libjpeg-turbo 3.1.4.1) writes at that quality
        "1, 16320, 16320",
        "25, 7376, 11010",
        "50, 3688, 5505",
        "75, 1858, 2780",
        "95, 369, 558",
        "100, 64, 64"
    })
    void tablesAreThoseOfLibjpeg(int quality, int brightness, int colour) {
        // When
        byte[] file = ImageEncoding.jpeg(quality).encode(TinyImages.noise(8, 8, Seed.of(1)));

        // Then
        assertThat(sumOfTable(file, 0)).isEqualTo(brightness);
        assertThat(sumOfTable(file, 1)).isEqualTo(colour);
    }

    @Test
    void higherQualityIsNearerAndLarger() {
        // Given
        RgbImage image = TinyImages.noise(32, 32, Seed.of(6));
        List<Integer> sizes = new ArrayList<>();
        List<Long> errors = new ArrayList<>();

        // When
        for (int quality : new int[] {10, 50, 90, 100}) {
            byte[] file = ImageEncoding.jpeg(quality).encode(image);
            sizes.add(file.length);
            errors.add(squaredError(decode(file), image));
        }

        // Then
        assertThat(sizes).isSorted().doesNotHaveDuplicates();
        assertThat(errors)
                .isSortedAccordingTo(java.util.Comparator.reverseOrder())
                .doesNotHaveDuplicates();
    }

    @Test
    void manyThreadsWithOneEncodingGetTheBytesOfOne() {
        // Given: differing sizes, so that a writer used again must forget the image before
        ImageEncoding encoding = ImageEncoding.jpeg(85);
        List<RgbImage> images = IntStream.range(0, 200)
                .mapToObj(i -> TinyImages.noise(1 + i % 40, 1 + i % 23, Seed.of(i)))
                .toList();
        List<byte[]> alone = images.stream()
                .map(image -> ImageEncoding.jpeg(85).encode(image))
                .toList();

        // When
        List<byte[]> together = images.parallelStream().map(encoding::encode).toList();

        // Then
        for (int i = 0; i < images.size(); i++) {
            assertThat(together.get(i)).as("image %d", i).isEqualTo(alone.get(i));
        }
    }

    @Test
    void imageIsLeftAsItWas() {
        // Given
        RgbImage image = TinyImages.noise(24, 24, Seed.of(8));
        byte[] before = image.pixels().clone();

        // When
        ImageEncoding.jpeg(60).encode(image);

        // Then
        assertThat(image.pixels()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 101})
    void qualityOutsideTheScaleIsRefused(int quality) {
        assertThatThrownBy(() -> ImageEncoding.jpeg(quality))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("JPEG quality " + quality + "; allowed: 1 to 100");
    }

    @Test
    void imageTooWideForJpegIsRefused() {
        RgbImage wide = new RgbImage(1, 65_501, new byte[3 * 65_501]);
        assertThatThrownBy(() -> ImageEncoding.jpeg(90).encode(wide))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("1×65501", "at most 65500");
    }

    private RgbImage decode(byte[] file) {
        return decoder.decode(new FileContent("image", file));
    }

    private static long squaredError(RgbImage one, RgbImage other) {
        return IntStream.range(0, one.pixels().length)
                .mapToLong(i -> (one.pixels()[i] & 0xFF) - (other.pixels()[i] & 0xFF))
                .map(difference -> difference * difference)
                .sum();
    }

    private static int sumOfTable(byte[] file, int id) {
        for (int place = 2; (file[place + 1] & 0xFF) != 0xDA; place += 2 + length(file, place)) {
            if ((file[place + 1] & 0xFF) == 0xDB && file[place + 4] == id) {
                byte[] steps = Arrays.copyOfRange(file, place + 5, place + 5 + 64);
                return IntStream.range(0, 64).map(i -> steps[i] & 0xFF).sum();
            }
        }
        throw new IllegalArgumentException("no table " + id);
    }

    /** Marker and length of every segment up to the scan's header. */
    private static List<String> segments(byte[] file) {
        List<String> segments = new ArrayList<>();
        int place = 2;
        int marker;
        do {
            marker = file[place + 1] & 0xFF;
            segments.add(String.format("%02X:%d", marker, length(file, place)));
            place += 2 + length(file, place);
        } while (marker != 0xDA);
        return segments;
    }

    private static int length(byte[] file, int place) {
        return (file[place + 2] & 0xFF) << 8 | file[place + 3] & 0xFF;
    }
}
