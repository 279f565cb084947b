package io.faultline.vision.corruption;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.dataset.RgbImage;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every corruption but frost, at every severity of every scale, against the libraries that made the published sets, given the
 * same random numbers (golden_corruptions.py).
 */
class GoldenCorruptionsTest {
    /** Places rounded to 1/32 pixel in the reference's affine map: at most a level, in few channels of pixels. */
    private static final double MOST_ROUNDED_PLACES = 0.05;
    /** Sums of a flat area that fall just short of a level in one order of summing and not in another. */
    private static final double MOST_FLAT_AREA = 0.25;
    /** The decoder's build decides the last level of a pixel. */
    private static final double MOST_OF_ANOTHER_LIBJPEG = 0.25;

    private static final List<Corruption> IN_THE_FILE =
            new ArrayList<>(EnumSet.complementOf(EnumSet.of(Corruption.FROST)));

    static Stream<Arguments> all() {
        return IN_THE_FILE.stream().flatMap(corruption -> Arrays.stream(CorruptionScale.values())
                .map(scale -> Arguments.of(corruption, scale)));
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("all")
    void equalsTheLibrariesThatMadeThePublishedSets(Corruption corruption, CorruptionScale scale) throws IOException {
        RgbImage image = ReferencePicture.image();
        int index = IN_THE_FILE.indexOf(corruption);
        for (int severity = 1; severity <= Corruption.MOST_SEVERE; severity++) {
            // When
            Uniforms uniforms = ReferencePicture.uniforms(1000L * index + severity);
            RgbImage corrupted = corruption.distortion(scale, severity).apply(image, uniforms);
            // Then
            byte[] expected = reference(scale, index, severity);
            assertThat(largestDifference(corrupted.pixels(), expected))
                    .describedAs("severity %d, levels", severity)
                    .isLessThanOrEqualTo(1);
            assertThat(shareThatDiffers(corrupted.pixels(), expected))
                    .describedAs("severity %d, share that differs", severity)
                    .isLessThanOrEqualTo(tolerance(corruption));
        }
    }

    private static double tolerance(Corruption corruption) {
        return switch (corruption) {
            case ELASTIC_TRANSFORM -> MOST_ROUNDED_PLACES;
            case DEFOCUS_BLUR, GAUSSIAN_BLUR -> MOST_FLAT_AREA;
            case JPEG_COMPRESSION -> MOST_OF_ANOTHER_LIBJPEG;
            default -> 0;
        };
    }

    private static byte[] reference(CorruptionScale scale, int index, int severity) throws IOException {
        int size = 3 * ReferencePicture.SIDE * ReferencePicture.SIDE;
        String file = "/golden/corruptions-" + scale.wireName() + ".bin.gz";
        try (InputStream in = new GZIPInputStream(GoldenCorruptionsTest.class.getResourceAsStream(file))) {
            in.skipNBytes((long) size * (index * Corruption.MOST_SEVERE + severity - 1));
            return in.readNBytes(size);
        }
    }

    private static int largestDifference(byte[] pixels, byte[] expected) {
        int largest = 0;
        for (int i = 0; i < expected.length; i++) {
            largest = Math.max(largest, Math.abs((pixels[i] & 0xFF) - (expected[i] & 0xFF)));
        }
        return largest;
    }

    private static double shareThatDiffers(byte[] pixels, byte[] expected) {
        int different = 0;
        for (int i = 0; i < expected.length; i++) {
            different += pixels[i] == expected[i] ? 0 : 1;
        }
        return different / (double) expected.length;
    }
}
