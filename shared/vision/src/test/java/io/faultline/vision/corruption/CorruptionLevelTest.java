package io.faultline.vision.corruption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.faultline.dataset.RgbImage;
import io.faultline.recipe.Seed;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CorruptionLevelTest {
    private static final Seed SEED = Seed.of(1);
    private static final List<RgbImage> SMOOTH =
            IntStream.range(0, 40).mapToObj(i -> smooth(Seed.of(i))).toList();
    private static final Set<Corruption> WITHOUT_CHANCE = Set.of(
            Corruption.DEFOCUS_BLUR,
            Corruption.ZOOM_BLUR,
            Corruption.BRIGHTNESS,
            Corruption.CONTRAST,
            Corruption.PIXELATE,
            Corruption.JPEG_COMPRESSION,
            Corruption.GAUSSIAN_BLUR,
            Corruption.SATURATE);

    @ParameterizedTest
    @EnumSource(Corruption.class)
    void isAFunctionOfSeedPlaceAndSeverity(Corruption corruption) {
        // Given
        RgbImage image = ReferencePicture.image();
        CorruptionLevel level = CorruptionLevel.of(corruption, 5, CorruptionScale.CIFAR);
        // When
        byte[] once = level.apply(image, 3, SEED).pixels();
        byte[] again = CorruptionLevel.of(corruption, 5, CorruptionScale.CIFAR)
                .apply(image, 3, SEED)
                .pixels();
        byte[] elsewhere = level.apply(image, 4, SEED).pixels();
        byte[] otherSeed = level.apply(image, 3, Seed.of(2)).pixels();
        // Then
        assertThat(again).isEqualTo(once);
        assertThat(Arrays.equals(elsewhere, once)).isEqualTo(WITHOUT_CHANCE.contains(corruption));
        assertThat(Arrays.equals(otherSeed, once)).isEqualTo(WITHOUT_CHANCE.contains(corruption));
        assertThat(image.pixels()).isEqualTo(ReferencePicture.image().pixels());
    }

    @ParameterizedTest
    @EnumSource(Corruption.class)
    void keepsTheSizeOfAnyImage(Corruption corruption) {
        for (CorruptionScale scale : CorruptionScale.values()) {
            for (int severity = 1; severity <= Corruption.MOST_SEVERE; severity++) {
                CorruptionLevel level = CorruptionLevel.of(corruption, severity, scale);
                for (int[] size : new int[][] {{8, 8}, {9, 31}, {40, 17}}) {
                    // When
                    RgbImage corrupted = level.apply(plain(size[0], size[1], 128), 0, SEED);
                    // Then
                    assertThat(corrupted.height()).isEqualTo(size[0]);
                    assertThat(corrupted.width()).isEqualTo(size[1]);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Corruption.class)
    void blackAndWhiteImagesAreNoSpecialCase(Corruption corruption) {
        for (int grey : new int[] {0, 255}) {
            assertThatCode(() -> CorruptionLevel.of(corruption, 3, CorruptionScale.CIFAR)
                            .apply(plain(32, 32, grey), 0, SEED))
                    .doesNotThrowAnyException();
        }
    }

    /**
     * Not so by the published parameters: motion blur 3 and 4 differ only far out in the trail; severities 3 and 4 of CIFAR's glass blur blur less than they shuffle more, elastic
     * transforms trade slant for roughness, frost dims the image as it whitens it, spatter goes over from water to mud, saturation
     * first falls and then rises.
     */
    @ParameterizedTest
    @EnumSource(
            value = Corruption.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"GLASS_BLUR", "MOTION_BLUR", "ELASTIC_TRANSFORM", "FROST", "SPATTER", "SATURATE"})
    void aSevererCorruptionMovesImagesFarther(Corruption corruption) {
        double[] distances = IntStream.rangeClosed(1, Corruption.MOST_SEVERE)
                .mapToDouble(severity -> meanDistance(corruption, severity))
                .toArray();
        for (int i = 1; i < distances.length; i++) {
            assertThat(distances[i]).describedAs(Arrays.toString(distances)).isGreaterThan(distances[i - 1]);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"GLASS_BLUR", "MOTION_BLUR", "FROST", "SPATTER", "SATURATE"})
    void theSeverestIsFartherThanTheSlightest(Corruption corruption) {
        assertThat(meanDistance(corruption, 5)).isGreaterThan(meanDistance(corruption, 1));
    }

    @Nested
    class Noise {
        private static final int SIDE = 256;
        private static final int GREY = 128;

        // 196,608 draws: the deviation of a variance's estimate is 0.3 % of it; cutting off levels adds 1/12 level²
        private static final double TOLERANCE = 0.02;

        @ParameterizedTest
        @CsvSource({"GAUSSIAN_NOISE, 1, 0.04", "GAUSSIAN_NOISE, 5, 0.10", "SPECKLE_NOISE, 5, 0.1003921568627451"})
        void hasTheParametersDeviation(Corruption corruption, int severity, double deviation) {
            // When
            double[] levels = levels(corruption, severity);
            // Then: half a level is lost on the average where levels are cut off
            assertThat(mean(levels)).isCloseTo(GREY - 0.5, within(0.3));
            assertThat(Math.sqrt(variance(levels)) / 255).isCloseTo(deviation, within(TOLERANCE * deviation));
        }

        @Test
        void shotNoiseCountsPhotonsWhoseVarianceIsTheirMean() {
            // Given
            double photons = GREY / 255.0 * 50;
            // When: CIFAR's severity 5 has 50 photons in white
            double[] levels = levels(Corruption.SHOT_NOISE, 5);
            // Then
            double[] counts = Arrays.stream(levels)
                    .map(level -> Math.ceil(level * 50 / 255))
                    .toArray();
            assertThat(mean(counts)).isCloseTo(photons, within(TOLERANCE * photons));
            assertThat(variance(counts)).isCloseTo(photons, within(TOLERANCE * photons));
        }

        @Test
        void impulsesAreHalfBlackHalfWhite() {
            // When: CIFAR's severity 5 hits 7 %
            double[] levels = levels(Corruption.IMPULSE_NOISE, 5);
            // Then
            double black = Arrays.stream(levels).filter(level -> level == 0).count() / (double) levels.length;
            double white = Arrays.stream(levels).filter(level -> level == 255).count() / (double) levels.length;
            assertThat(black).isCloseTo(0.035, within(0.002));
            assertThat(white).isCloseTo(0.035, within(0.002));
        }

        private double[] levels(Corruption corruption, int severity) {
            RgbImage noisy = CorruptionLevel.of(corruption, severity, CorruptionScale.CIFAR)
                    .apply(plain(SIDE, SIDE, GREY), 0, SEED);
            return IntStream.range(0, noisy.pixels().length)
                    .mapToDouble(i -> noisy.pixels()[i] & 0xFF)
                    .toArray();
        }
    }

    @Nested
    class Ice {
        @Test
        void picturesHaveThePhotographsMeansAndDeviations() {
            for (int number = 0; number < FrostPicture.COUNT; number++) {
                FrostPicture picture = FrostPicture.of(number);
                double[] green = Arrays.stream(picture.ice().values())
                        .map(picture.green()::level)
                        .toArray();
                // clipping at white takes a little of the brightest picture
                assertThat(mean(green)).isCloseTo(picture.green().mean(), within(1.0));
                assertThat(Math.sqrt(variance(green))).isCloseTo(picture.green().deviation(), within(2.0));
            }
        }

        @Test
        void picturesRepeatWithoutASeam() {
            FrostPicture picture = FrostPicture.of(0);
            double acrossTheEdge = 0;
            double inside = 0;
            for (int y = 0; y < FrostPicture.SIDE; y++) {
                acrossTheEdge += Math.abs(picture.at(y, FrostPicture.SIDE - 1) - picture.at(y, FrostPicture.SIDE));
                inside += Math.abs(picture.at(y, 100) - picture.at(y, 101));
            }
            assertThat(acrossTheEdge / inside).isBetween(0.5, 2.0);
        }

        @Test
        void frostIsAWeightedSum() {
            // Given: ImageNet-C's severity 2 is 0.8 of the image and 0.6 of the ice, unshrunk
            double[] draws = {0.5, 0.25, 0.125};
            int[] drawn = {0};
            Distortion frost = Corruption.FROST.distortion(CorruptionScale.IMAGENET, 2);
            // When
            RgbImage frosted = frost.apply(plain(8, 8, 100), () -> draws[drawn[0]++]);
            // Then: the third picture from row 128 and column 64 on
            FrostPicture picture = FrostPicture.of(2);
            double ice = picture.red().level(picture.at(128 + 3, 64 + 5));
            int expected = (int) Math.min(255, 0.8 * 100 + 0.6 * ice + 1e-9);
            assertThat(frosted.pixels()[3 * (3 * 8 + 5)] & 0xFF).isEqualTo(expected);
        }
    }

    @Test
    void anImageWithoutADropOfWaterStaysAsItIs() {
        RgbImage image = ReferencePicture.image();
        Distortion water = new WaterSpatter(new Spatter.Drops(0.1, 0.01, 1, 0.7), 0.5);
        assertThat(water.apply(image, ReferencePicture.uniforms(1)).pixels()).isEqualTo(image.pixels());
    }

    @Test
    void setsHoldWhatTheirReportsAverage() {
        assertThat(CorruptionSet.STANDARD15.corruptions()).hasSize(15).doesNotContain(Corruption.SPATTER);
        assertThat(CorruptionSet.EXTRA4.corruptions())
                .containsExactly(
                        Corruption.SPECKLE_NOISE, Corruption.GAUSSIAN_BLUR, Corruption.SPATTER, Corruption.SATURATE);
        assertThat(CorruptionSet.RIFT18.corruptions()).hasSize(18).doesNotContain(Corruption.GLASS_BLUR);
        assertThat(CorruptionSet.named("all19").corruptions()).isEqualTo(List.of(Corruption.values()));
    }

    @ParameterizedTest
    @CsvSource({
        "32, 32, CIFAR",
        "48, 96, CIFAR",
        "64, 64, TINY_IMAGENET",
        "128, 400, TINY_IMAGENET",
        "224, 224, IMAGENET"
    })
    void theScaleFollowsTheShorterSide(int height, int width, CorruptionScale scale) {
        assertThat(CorruptionScale.of(height, width)).isEqualTo(scale);
        assertThat(CorruptionScale.named(scale.wireName())).isEqualTo(scale);
    }

    @Test
    void refusesWhatItDoesNotKnow() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Corruption.named("rain"))
                .withMessageStartingWith("corruption is 'rain'; allowed: gaussian_noise, shot_noise,");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CorruptionSet.named("standard16"))
                .withMessage("set of corruptions is 'standard16'; allowed: standard15, extra4, all19, rift18");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CorruptionScale.named("mnist"))
                .withMessage("corruption parameters are of 'mnist'; allowed: cifar, tiny-imagenet, imagenet");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CorruptionLevel.of(Corruption.FOG, 6, CorruptionScale.CIFAR))
                .withMessage("severity is 6; allowed: 1 to 5");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CorruptionLevel.of(Corruption.FOG, 1, CorruptionScale.CIFAR)
                        .apply(plain(7, 9, 1), 12, SEED))
                .withMessage("image 12 is 7×9; corruptions need at least 8×8");
    }

    /** Root of the mean square over some images, in levels. */
    private static double meanDistance(Corruption corruption, int severity) {
        CorruptionLevel level = CorruptionLevel.of(corruption, severity, CorruptionScale.CIFAR);
        double sum = 0;
        for (int place = 0; place < SMOOTH.size(); place++) {
            byte[] original = SMOOTH.get(place).pixels();
            byte[] corrupted = level.apply(SMOOTH.get(place), place, SEED).pixels();
            for (int i = 0; i < corrupted.length; i++) {
                sum += Math.pow((corrupted[i] & 0xFF) - (original[i] & 0xFF), 2) / corrupted.length;
            }
        }
        return Math.sqrt(sum / SMOOTH.size());
    }

    /** 32×32, octaves of noise that grow weaker as they grow finer, as those of photographs do. */
    private static RgbImage smooth(Seed seed) {
        byte[] pixels = new byte[3 * 32 * 32];
        for (int channel = 0; channel < 3; channel++) {
            for (int octave = 0; octave < 4; octave++) {
                LatticeNoise noise = LatticeNoise.of(seed.derive(channel).derive(octave), 2 << octave);
                for (int i = 0; i < 32 * 32; i++) {
                    double share = noise.at(i / 32 / 32.0, i % 32 / 32.0) / (1 << octave);
                    pixels[3 * i + channel] += (byte) (octave == 0 ? 110 + 60 * share : 60 * share);
                }
            }
        }
        return new RgbImage(32, 32, pixels);
    }

    private static RgbImage plain(int height, int width, int level) {
        byte[] pixels = new byte[3 * height * width];
        Arrays.fill(pixels, (byte) level);
        return new RgbImage(height, width, pixels);
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElseThrow();
    }

    private static double variance(double[] values) {
        double mean = mean(values);
        return Arrays.stream(values)
                .map(value -> (value - mean) * (value - mean))
                .average()
                .orElseThrow();
    }
}
