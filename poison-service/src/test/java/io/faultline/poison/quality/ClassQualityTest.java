package io.faultline.poison.quality;

import static io.faultline.poison.quality.TestImages.flat;
import static io.faultline.poison.quality.TestImages.grey;
import static io.faultline.poison.quality.TestImages.rgb;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.faultline.dataset.RgbImage;
import io.faultline.json.FaultlineJson;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ClassQualityTest {
    /** Each image's decibels are rounded to a millionth. */
    private static final double MICRO = 1e-6;

    @Nested
    class OneImage {
        @Test
        void valuesClippedAreThoseThatWereNotAtAnEndBefore() {
            // Given: 7 → 0 and 9 → 255 are clipped; 0 → 0, 255 → 255, 0 → 255 and 255 → 254 are not
            RgbImage original = rgb(1, 2, 7, 9, 0, 255, 0, 255);
            RgbImage published = rgb(1, 2, 0, 255, 0, 255, 255, 254);

            // When
            ClassQuality quality = ClassQuality.ofLevels(3, new ImagePair(original, published));

            // Then
            assertThat(quality.label()).isEqualTo(3);
            assertThat(quality.values()).isEqualTo(6);
            assertThat(quality.clippedValues()).isEqualTo(2);
            assertThat(quality.clippedShare()).isCloseTo(1 / 3.0, within(MICRO));
        }

        @Test
        void psnrAndSsimAreThoseOfTheImage() {
            // Given
            RgbImage original = flat(3, 3, 100);
            RgbImage published = flat(3, 3, 50);

            // When
            ClassQuality quality = ClassQuality.of(0, new ImagePair(original, published));

            // Then
            assertThat(quality.meanPsnr()).isCloseTo(10 * Math.log10(65_025 / 2_500.0), within(MICRO));
            assertThat(quality.meanSsim()).isCloseTo((10_000 + 6.5025) / (12_500 + 6.5025), within(MICRO));
        }

        @Test
        void anEqualImageIsCountedAndHasNoPsnr() {
            // Given
            RgbImage image = grey(1, 3, 0, 100, 200);

            // When
            ClassQuality quality = ClassQuality.of(0, new ImagePair(image, image));

            // Then
            assertThat(quality).isEqualTo(new ClassQuality(0, 1, 0, 1, 0, 1, 1_000_000, 9, 0, 0, 0));
            assertThat(quality.meanPsnr()).isNaN();
        }

        @Test
        void anImageThatBecameFlatIsCountedAndOneThatWasFlatIsNot() {
            // Given: two levels of span are flat, three are not; each channel has its own level
            RgbImage picture = grey(1, 3, 0, 100, 200);
            RgbImage nearlyFlat = rgb(1, 3, 10, 90, 200, 11, 91, 201, 12, 92, 202);
            RgbImage notFlat = rgb(1, 3, 10, 90, 200, 10, 90, 200, 10, 90, 203);
            RgbImage grey = flat(1, 3, 7);

            // Then
            assertThat(ClassQuality.ofLevels(0, new ImagePair(picture, nearlyFlat))
                            .flatImages())
                    .isEqualTo(1);
            assertThat(ClassQuality.ofLevels(0, new ImagePair(picture, notFlat)).flatImages())
                    .isZero();
            assertThat(ClassQuality.ofLevels(0, new ImagePair(grey, flat(1, 3, 255)))
                            .flatImages())
                    .isZero();
        }

        @Test
        void anImageThatBecameBlackIsCountedAndOneThatWasBlackIsNot() {
            assertThat(ClassQuality.ofLevels(0, new ImagePair(flat(2, 2, 1), flat(2, 2, 0)))
                            .blackImages())
                    .isEqualTo(1);
            assertThat(ClassQuality.ofLevels(0, new ImagePair(flat(2, 2, 0), flat(2, 2, 0)))
                            .blackImages())
                    .isZero();
        }

        @Test
        void aBrokenImageIsCountedBesideThoseMeasured() {
            // When
            ClassQuality quality = ClassQuality.broken(1).plus(ClassQuality.none(1));

            // Then
            assertThat(quality.broken()).isEqualTo(1);
            assertThat(quality.images()).isZero();
        }
    }

    @Nested
    class Merging {
        @Test
        void sumsAreTheSameHoweverTheImagesWereCutIntoShards() {
            // Given
            Random random = new Random(5);
            List<ClassQuality> measures = new ArrayList<>(IntStream.range(0, 60)
                    .mapToObj(i -> ClassQuality.of(i % 3, new ImagePair(noise(random), noise(random))))
                    .toList());
            DatasetQuality whole = DatasetQuality.of(3, measures);

            for (int shards : new int[] {1, 2, 7, 60}) {
                // When
                Collections.shuffle(measures, random);
                DatasetQuality sum = DatasetQuality.none(3);
                for (int shard = 0; shard < shards; shard++) {
                    sum = sum.plus(
                            DatasetQuality.of(3, measures.subList(60 * shard / shards, 60 * (shard + 1) / shards)));
                }

                // Then
                assertThat(sum).isEqualTo(whole);
            }
        }

        @Test
        void theMeanIsOverTheImagesThatDiffer() {
            // Given: 0 dB and 10 log₁₀(255² / 51²) = 20 log₁₀ 5 dB, and an equal one
            ClassQuality sum = ClassQuality.ofLevels(0, new ImagePair(flat(2, 2, 0), flat(2, 2, 255)))
                    .plus(ClassQuality.ofLevels(0, new ImagePair(flat(2, 2, 0), flat(2, 2, 51))))
                    .plus(ClassQuality.ofLevels(0, new ImagePair(flat(2, 2, 9), flat(2, 2, 9))));

            // Then
            assertThat(sum.images()).isEqualTo(3);
            assertThat(sum.equalImages()).isEqualTo(1);
            assertThat(sum.meanPsnr()).isCloseTo(10 * Math.log10(5), within(MICRO));
        }

        @Test
        void anotherClassIsRefused() {
            assertThatThrownBy(() -> ClassQuality.none(1).plus(ClassQuality.none(2)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("measures of class 2 added to those of class 1; expected the same");
            assertThatThrownBy(() -> DatasetQuality.of(2, List.of(ClassQuality.none(2))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("measures of class 2; expected 0 to 1");
            assertThatThrownBy(() -> DatasetQuality.none(2).plus(DatasetQuality.none(3)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("measures of 3 classes added to those of 2; expected as many");
        }
    }

    @Test
    void jsonGivesBackAnEqualValue() {
        // Given
        DatasetQuality quality = DatasetQuality.of(
                2,
                List.of(
                        ClassQuality.of(0, new ImagePair(grey(1, 3, 0, 100, 200), grey(1, 3, 0, 90, 255))),
                        ClassQuality.broken(1)));

        // When
        byte[] json = FaultlineJson.canonicalBytes(quality);

        // Then
        assertThat(FaultlineJson.read(json, DatasetQuality.class)).isEqualTo(quality);
        assertThat(new String(json, StandardCharsets.UTF_8)).contains("\"meanPsnr\":", "\"clippedShare\":");
    }

    @Test
    void countsThatCannotBeAreRefused() {
        assertThatThrownBy(() -> new ClassQuality(0, 2, 0, 3, 0, 0, 0, 6, 0, 0, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("3 equal images of 2; expected 0 to 2");
    }

    private static RgbImage noise(Random random) {
        byte[] pixels = new byte[3 * 12 * 13];
        random.nextBytes(pixels);
        return new RgbImage(12, 13, pixels);
    }
}
