package io.faultline.poison.quality;

import static io.faultline.poison.quality.TestImages.flat;
import static io.faultline.poison.quality.TestImages.grey;
import static io.faultline.poison.quality.TestImages.rgb;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.faultline.dataset.RgbImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ImageQualityTest {
    /** Both sides are float64; sums of some thousand terms in another order. */
    private static final double ROUNDING = 1e-10;

    record Reference(int number, int height, int width, double psnr, double ssim) {}

    static List<Reference> references() throws IOException {
        try (InputStream in = ImageQualityTest.class.getResourceAsStream("/golden/quality.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split(" "))
                    .map(field -> new Reference(
                            Integer.parseInt(field[0]),
                            Integer.parseInt(field[1]),
                            Integer.parseInt(field[2]),
                            Double.parseDouble(field[3]),
                            Double.parseDouble(field[4])))
                    .toList();
        }
    }

    /** Reference: scikit-image 0.26.0, written by src/test/python/quality_golden.py. */
    @ParameterizedTest
    @MethodSource("references")
    void bothMeasuresEqualScikitImages(Reference reference) {
        // Given
        RgbImage clean = original(reference);
        RgbImage published = published(clean, reference.number());

        // When
        double psnr = ImageQuality.psnr(clean, published);
        double ssim = ImageQuality.ssim(clean, published);

        // Then
        assertThat(psnr).isCloseTo(reference.psnr(), within(ROUNDING));
        assertThat(ssim).isCloseTo(reference.ssim(), within(ROUNDING));
    }

    @Test
    void psnrIsThatComputedByHand() {
        // MSE = (10² + 0 + 0 + 20² + 0 + 0) / 6 = 500 / 6
        assertThat(ImageQuality.psnr(rgb(1, 2, 10, 20, 30, 40, 50, 60), rgb(1, 2, 20, 20, 30, 60, 50, 60)))
                .isCloseTo(10 * Math.log10(65_025.0 * 6 / 500), within(ROUNDING));
    }

    @Test
    void blackAgainstWhiteHasZeroDecibels() {
        assertThat(ImageQuality.psnr(flat(4, 4, 0), flat(4, 4, 255))).isCloseTo(0, within(ROUNDING));
    }

    @Test
    void equalImagesHaveInfinitePsnrAndSsimOne() {
        RgbImage image = grey(2, 3, 1, 20, 255, 7, 0, 99);
        assertThat(ImageQuality.psnr(image, image)).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(ImageQuality.ssim(image, image)).isCloseTo(1, within(ROUNDING));
    }

    @Test
    void ssimOfFlatImagesIsTheComparisonOfLuminanceAlone() {
        // Given: no variance, so (2 · 100 · 50 + 2.55²) / (100² + 50² + 2.55²)
        double c1 = 6.5025;

        // When
        double ssim = ImageQuality.ssim(flat(20, 30, 100), flat(20, 30, 50));

        // Then
        assertThat(ssim).isCloseTo((10_000 + c1) / (12_500 + c1), within(ROUNDING));
    }

    @Test
    void ssimOfOnePixelIsTheComparisonOfLuma() {
        // Given: Y = 0.299 · 100 = 29.9 and 0.587 · 100 = 58.7
        double c1 = 6.5025;

        // When
        double ssim = ImageQuality.ssim(rgb(1, 1, 100, 0, 0), rgb(1, 1, 0, 100, 0));

        // Then
        assertThat(ssim).isCloseTo((2 * 29.9 * 58.7 + c1) / (29.9 * 29.9 + 58.7 * 58.7 + c1), within(ROUNDING));
    }

    @Test
    void aNegativeHasNegativeSsim() {
        int[] levels = Stream.iterate(0, i -> i + 1)
                .limit(144)
                .mapToInt(i -> i * 89 % 256)
                .toArray();
        int[] negative = Stream.iterate(0, i -> i + 1)
                .limit(144)
                .mapToInt(i -> 255 - levels[i])
                .toArray();
        assertThat(ImageQuality.ssim(grey(12, 12, levels), grey(12, 12, negative)))
                .isBetween(-1.0, -0.8);
    }

    @Test
    void imagesOfDifferentSizeAreRefused() {
        assertThatThrownBy(() -> ImageQuality.psnr(flat(2, 3, 0), flat(3, 2, 0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("published image is 3×2, its original 2×3; expected the same size");
    }

    /** As original() of the script. */
    private static RgbImage original(Reference reference) {
        int[] levels = new int[3 * reference.height() * reference.width()];
        int place = 0;
        for (int y = 0; y < reference.height(); y++) {
            for (int x = 0; x < reference.width(); x++) {
                for (int c = 0; c < 3; c++) {
                    levels[place++] = (y * 7 + x * 13 + c * 59 + x * y % 97 * (reference.number() + 1)) % 256;
                }
            }
        }
        return rgb(reference.height(), reference.width(), levels);
    }

    /** As published() of the script. */
    private static RgbImage published(RgbImage image, int i) {
        int height = image.height();
        int width = image.width();
        int[] levels = new int[3 * height * width];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                for (int c = 0; c < 3; c++) {
                    int here = level(image, y, x, c);
                    int left = level(image, y, (x + width - 1) % width, c);
                    int above = level(image, (y + height - 1) % height, x, c);
                    levels[3 * (y * width + x) + c] = (here * (5 - i % 4) + left * 2 + above * (i % 3)) / (9 + i % 2);
                }
            }
        }
        return rgb(height, width, levels);
    }

    private static int level(RgbImage image, int y, int x, int channel) {
        return image.pixels()[3 * (y * image.width() + x) + channel] & 0xff;
    }
}
