package io.faultline.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Files of every kind against what Pillow makes of them, or NumPy of 16 bits; written by {@code src/test/python/codec_golden.py}. */
class GoldenCodecTest {
    private static final String FOLDER = "/golden/codecs/";
    /**
     * Between libjpeg-turbo (Pillow, and the JDKs of some Linux distributions) and the JDK's own libjpeg 6b: both use the same
     * transform in whole numbers and the same interpolation of colour, so none was ever seen; one level is the rounding that
     * another build may do otherwise.
     */
    private static final int JPEG_LEVELS = 1;

    private final ImageDecoder decoder = new ImageDecoder(new PixelBudget(DatasetLimits.ofThisProcess()));

    @TestFactory
    Stream<DynamicTest> pixelsAreThoseOfTheReference() throws IOException {
        return new String(resource("cases.csv"), StandardCharsets.UTF_8)
                .lines()
                .map(line -> line.split(","))
                .map(fields -> DynamicTest.dynamicTest(
                        fields[0], () -> compare(fields[0], Integer.parseInt(fields[1]), Integer.parseInt(fields[2]))));
    }

    private void compare(String name, int height, int width) throws IOException {
        // When
        RgbImage image = decoder.decode(new FileContent(name, resource(name)));

        // Then
        byte[] expected = resource(name + ".rgb");
        int allowed = name.endsWith(".jpg") ? JPEG_LEVELS : 0;
        assertThat(image.height()).isEqualTo(height);
        assertThat(image.width()).isEqualTo(width);
        int largest = 0;
        for (int i = 0; i < expected.length; i++) {
            largest = Math.max(largest, Math.abs((image.pixels()[i] & 0xFF) - (expected[i] & 0xFF)));
        }
        assertThat(largest).as("largest difference in levels").isLessThanOrEqualTo(allowed);
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = GoldenCodecTest.class.getResourceAsStream(FOLDER + name)) {
            return in.readAllBytes();
        }
    }
}
