package io.faultline.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JpegFolderTest {
    /** What JPEG of quality 0.95 moves a smooth value by, twice, with room. */
    private static final int JPEG_TOLERANCE = 12;

    @Test
    void withoutConvolutionTheImagesComeOutAsTheyWentIn(@TempDir Path folder) throws IOException {
        // Given
        JpegFolder jpeg = JpegFolder.make(folder, 2, 40, 48);

        // When
        try (Threads threads = new Threads(2)) {
            jpeg.passWithoutConvolution(threads);
        }

        // Then
        for (Path file : jpeg.files()) {
            BufferedImage before = ImageIO.read(file.toFile());
            BufferedImage after =
                    ImageIO.read(jpeg.target().resolve(file.getFileName()).toFile());
            assertThat(after.getHeight()).isEqualTo(40);
            assertThat(after.getWidth()).isEqualTo(48);
            for (int shift = 0; shift < 24; shift += 8) {
                assertThat(channel(after, shift)).isCloseTo(channel(before, shift), within(JPEG_TOLERANCE));
            }
        }
    }

    @Test
    void withConvolutionEachImageIsBroughtToItsFullRange(@TempDir Path folder) throws IOException {
        // Given
        JpegFolder jpeg = JpegFolder.make(folder, 3, 40, 48);

        // When
        try (Threads threads = new Threads(1)) {
            jpeg.pass(threads, Workload.CIFAR.convolution());
        }

        // Then
        try (Stream<Path> written = Files.list(jpeg.target())) {
            assertThat(written).hasSize(3).allSatisfy(file -> assertThat(brightest(file))
                    .isGreaterThan(255 - JPEG_TOLERANCE));
        }
    }

    @Test
    void nothingIsLeftBehind(@TempDir Path folder) throws IOException {
        // Given
        JpegFolder jpeg = JpegFolder.make(folder, 1, 16, 16);
        try (Threads threads = new Threads(1)) {
            jpeg.passWithoutConvolution(threads);
        }

        // When
        jpeg.delete();

        // Then
        try (Stream<Path> left = Files.walk(folder).filter(Files::isRegularFile)) {
            assertThat(left).isEmpty();
        }
    }

    private static org.assertj.core.data.Offset<Integer> within(int tolerance) {
        return org.assertj.core.data.Offset.offset(tolerance);
    }

    private static int channel(BufferedImage image, int shift) {
        return image.getRGB(24, 20) >> shift & 0xff;
    }

    private static int brightest(Path file) throws IOException {
        BufferedImage image = ImageIO.read(file.toFile());
        int brightest = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                for (int shift = 0; shift < 24; shift += 8) {
                    brightest = Math.max(brightest, image.getRGB(x, y) >> shift & 0xff);
                }
            }
        }
        return brightest;
    }
}
