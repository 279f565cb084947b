package io.faultline.poison.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.dataset.RgbImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Reference: NumPy 2.4.6, PyTorch 2.13.0, float32, and Pillow 12.3.0, written by src/test/python/convolution_golden.py.
 * Every byte must equal: the kernels round as that PyTorch's convolution does, tap by tap.
 */
class ConvolutionOptionsTest {
    private static final long SEED = 7;
    private static final int CLASSES = 10;

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource
    void bytesEqualPyTorchs(Reference reference, Arithmetic arithmetic) {
        // Given
        ClassWiseConvolution convolution = reference.convolution(arithmetic);

        // When
        byte[] levels =
                convolution.apply(reference.image(), reference.label()).image().pixels();

        // Then
        assertThat(reference.samplesOf(levels)).isEqualTo(reference.samples());
        assertThat(sha256(levels)).isEqualTo(reference.sha256());
    }

    /** A thread's scratch memory is used for images of every size and option: what one leaves behind must not show in the next. */
    @ParameterizedTest(name = "{0}, {1}")
    @CsvSource({"SMALL_FIRST, LOOPS", "LARGE_FIRST, LOOPS", "SMALL_FIRST, VECTORS", "LARGE_FIRST, VECTORS"})
    void anEarlierImageLeavesNoTrace(Order order, Arithmetic arithmetic) throws IOException {
        // Given
        List<Reference> references = new ArrayList<>(references());
        order.arrange(references);
        Map<String, ClassWiseConvolution> convolutions = new HashMap<>();

        for (Reference reference : references) {
            // When
            byte[] levels = convolutions
                    .computeIfAbsent(reference.settings(), settings -> reference.convolution(arithmetic))
                    .apply(reference.image(), reference.label())
                    .image()
                    .pixels();

            // Then
            assertThat(sha256(levels)).as(reference.toString()).isEqualTo(reference.sha256());
        }
        assertThat(references).hasSizeGreaterThan(convolutions.size());
    }

    @Test
    void greyIsTheLumaOfTheThreeChannels() {
        // Given
        RgbImage image = new RgbImage(1, 4, new byte[] {-1, 0, 0, 0, -1, 0, 0, 0, -1, 10, 20, 30});

        // When
        RgbImage grey = Colour.GREY.render(image);

        // Then: 0.299, 0.587 and 0.114 of 255, and 18.15
        assertThat(grey.pixels())
                .containsExactly(76, 76, 76, (byte) 150, (byte) 150, (byte) 150, 29, 29, 29, 18, 18, 18);
        assertThat(Colour.RGB.render(image)).isSameAs(image);
    }

    enum Order {
        SMALL_FIRST,
        LARGE_FIRST;

        void arrange(List<Reference> references) {
            references.sort((a, b) -> Integer.compare(a.height * a.width, b.height * b.width));
            if (this == LARGE_FIRST) {
                Collections.reverse(references);
            }
        }
    }

    record Reference(
            int kernelSize,
            double blur,
            int height,
            int width,
            int label,
            String bank,
            Rounding rounding,
            Colour colour,
            String sha256,
            String samples) {
        static Reference parse(String line) {
            String[] words = line.split(" ");
            return new Reference(
                    Integer.parseInt(words[0]),
                    Double.parseDouble(words[1]),
                    Integer.parseInt(words[2]),
                    Integer.parseInt(words[3]),
                    Integer.parseInt(words[4]),
                    words[5],
                    Rounding.valueOf(words[6].toUpperCase(Locale.ROOT)),
                    Colour.valueOf(words[7].toUpperCase(Locale.ROOT)),
                    words[8],
                    words[9]);
        }

        ClassWiseConvolution convolution(Arithmetic arithmetic) {
            FilterBank drawn = new NumpySeededFilters(SEED).generate(CLASSES, kernelSize, blur);
            FilterBank filters =
                    switch (bank) {
                        case "own" -> drawn;
                        case "universal" -> drawn.universal();
                        case "permuted" -> drawn.permuted();
                        default -> throw new IllegalArgumentException("bank is '" + bank + "'");
                    };
            return new ClassWiseConvolution(
                    filters, ConvolutionOptions.defaults().with(rounding).with(colour), arithmetic);
        }

        String settings() {
            return kernelSize + " " + blur + " " + bank + " " + rounding + " " + colour;
        }

        /** As formula() of the script. */
        RgbImage image() {
            byte[] pixels = new byte[height * width * 3];
            int p = 0;
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    for (int c = 0; c < 3; c++) {
                        int level = (y * 7 + x * 13 + c * 59 + x * y % 97 * (label + 1)) % 256;
                        pixels[p++] = (byte) (level * (label + 3) / 12);
                    }
                }
            }
            return new RgbImage(height, width, pixels);
        }

        String samplesOf(byte[] levels) {
            byte[] chosen = new byte[samples.length() / 2];
            for (int j = 0; j < chosen.length; j++) {
                chosen[j] = levels[(int) ((long) j * (levels.length - 1) / (chosen.length - 1))];
            }
            return HexFormat.of().formatHex(chosen);
        }

        @Override
        public String toString() {
            return "k = " + kernelSize + ", p_b = " + blur + ", " + height + "×" + width + ", class " + label + ", "
                    + bank + ", " + rounding + ", " + colour;
        }
    }

    static Stream<Arguments> bytesEqualPyTorchs() throws IOException {
        return references().stream().flatMap(reference -> Arrays.stream(Arithmetic.values())
                .map(arithmetic -> Arguments.of(reference, arithmetic)));
    }

    private static List<Reference> references() throws IOException {
        try (InputStream in = ConvolutionOptionsTest.class.getResourceAsStream("/golden/convolutions.txt")) {
            return Arrays.stream(new String(in.readAllBytes(), StandardCharsets.US_ASCII).split("\n"))
                    .filter(line -> !line.startsWith("#"))
                    .map(Reference::parse)
                    .toList();
        }
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
