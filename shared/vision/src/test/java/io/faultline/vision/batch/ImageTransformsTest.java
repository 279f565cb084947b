package io.faultline.vision.batch;

import static io.faultline.vision.batch.TestImage.SMALL_HEIGHT;
import static io.faultline.vision.batch.TestImage.SMALL_WIDTH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.faultline.checkpoint.Safetensors;
import io.faultline.dataset.LabeledImages;
import io.faultline.dataset.RgbImage;
import io.faultline.recipe.CropBorder;
import io.faultline.recipe.Seed;
import io.faultline.recipe.TransformForm;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The transforms of single images beside AutoAugment, against SciPy, PyTorch and Pillow with the draws given. */
class ImageTransformsTest {
    /** The reference is in float64, the transforms in float32: at most some dozens of roundings of 6e-8. */
    private static final Offset<Float> ROUNDING = within(2e-6f);

    private final Map<String, Safetensors.Tensor> golden = TestImage.golden("image-filters");
    private final Pixels pixels = TestImage.pixels(3, SMALL_HEIGHT, SMALL_WIDTH);
    private final float[] original = TestImage.values(pixels);

    private void assertEqualsReference(String name) {
        assertThat(TestImage.values(pixels)).containsExactly(golden.get(name).floats(), ROUNDING);
    }

    @Nested
    class Crops {
        @Test
        void reflectsWithoutRepeatingTheEdge() {
            // When: 5 rows down and 3 columns to the right, then mirrored
            new CropAndFlip(6, CropBorder.REFLECT, true).apply(pixels, new CropAndFlip.Placement(5, 3, true));
            // Then
            assertThat(pixels.levels()).isEqualTo(TestImage.bytes(golden.get("reflected")));
        }

        @Test
        void goesBackAndForthWhereThePaddingIsLargerThanTheImage() {
            assertThat(IntStream.rangeClosed(-7, 10)
                            .map(i -> new CropAndFlip(7, CropBorder.REFLECT, false).source(i, 4)))
                    .containsExactly(1, 0, 1, 2, 3, 2, 1, 0, 1, 2, 3, 2, 1, 0, 1, 2, 3, 2);
        }

        @Test
        void fillsAnImageThatLostItsOuterRingUpAgain() {
            // Given
            new RandomSharpening(1, 0, TransformForm.SCRIPT).apply(pixels, Seed.of(1));
            CropAndFlip crop = new CropAndFlip(2, CropBorder.ZERO, false);
            SplittableRandom random = Seed.of(2).generator();
            // When
            List<CropAndFlip.Placement> drawn = IntStream.range(0, 400)
                    .mapToObj(i -> crop.draw(pixels, random))
                    .distinct()
                    .toList();
            crop.apply(pixels, new CropAndFlip.Placement(2, 0, false));
            // Then: the window of 12 in 10 + 4 rows stands at one of 3 places
            assertThat(drawn).hasSize(9).allMatch(p -> p.down() >= 0 && p.down() <= 2 && p.right() >= 0);
            assertThat(pixels.height()).isEqualTo(SMALL_HEIGHT);
            assertThat(pixels.width()).isEqualTo(SMALL_WIDTH);
            assertThat(at(0, 0)).isZero();
            assertThat(at(2, 0)).isEqualTo(original[(SMALL_WIDTH + 1) * 3]);
            assertThat(at(11, 13)).isEqualTo(original[(10 * SMALL_WIDTH + 14) * 3]);
            assertThat(at(11, 14)).isZero();
        }

        @Test
        void putsASmallerImageInTheMiddleWhereThereIsNoCrop() {
            // Given
            new RandomSharpening(1, 0, TransformForm.SCRIPT).apply(pixels, Seed.of(1));
            float[] batch = new float[2 * original.length];
            Arrays.fill(batch, 7f);
            // When
            pixels.copyTo(batch, original.length);
            new CropAndFlip(0, CropBorder.ZERO, false).apply(pixels, Seed.of(1));
            // Then
            float[] expected = original.clone();
            for (int i = 0; i < expected.length; i++) {
                int row = i / 3 / SMALL_WIDTH;
                int column = i / 3 % SMALL_WIDTH;
                if (row == 0 || row == SMALL_HEIGHT - 1 || column == 0 || column == SMALL_WIDTH - 1) {
                    expected[i] = 0;
                }
            }
            assertThat(Arrays.copyOfRange(batch, original.length, batch.length)).isEqualTo(expected);
            assertThat(Arrays.copyOf(batch, original.length)).containsOnly(7f);
            assertThat(TestImage.values(pixels)).isEqualTo(expected);
        }

        private float at(int row, int column) {
            return pixels.values()[(row * SMALL_WIDTH + column) * 3];
        }
    }

    @Nested
    class Greys {
        @Test
        void givesPillowsLumaInAllChannels() {
            // When
            new Grey().apply(pixels, Seed.of(1));
            // Then
            assertThat(pixels.levels()).isEqualTo(threefold(TestImage.bytes(golden.get("grey"))));
        }

        @Test
        void turnsTestImagesIntoTheSameBytesAndLeavesTheOldOnesAlone() {
            // Given
            byte[] levels = TestImage.levels(3, SMALL_HEIGHT, SMALL_WIDTH);
            LabeledImages images = new LabeledImages(
                    List.of("a"), new int[] {4}, List.of(new RgbImage(SMALL_HEIGHT, SMALL_WIDTH, levels)));
            // When
            LabeledImages grey = Grey.of(images);
            // Then
            assertThat(grey.images().get(0).pixels()).isEqualTo(threefold(TestImage.bytes(golden.get("grey"))));
            assertThat(grey.ids()).containsExactly("a");
            assertThat(grey.labels()).containsExactly(4);
            assertThat(levels).isEqualTo(TestImage.levels(3, SMALL_HEIGHT, SMALL_WIDTH));
        }

        private byte[] threefold(byte[] luma) {
            byte[] rgb = new byte[3 * luma.length];
            for (int i = 0; i < rgb.length; i++) {
                rgb[i] = luma[i / 3];
            }
            return rgb;
        }
    }

    @Nested
    class Sharpenings {
        private final RandomSharpening.Kernel kernel = new RandomSharpening.Kernel(2.6f, 0.45f, 0.31f, 0.52f, 0.38f);

        @Test
        void equalsSciPysCorrelationWithRepeatedEdges() {
            new RandomSharpening(2.5, 0.1, TransformForm.SOUND).apply(pixels, kernel);
            assertEqualsReference("sharpened");
        }

        @Test
        void asTheScriptDoesItLosesTheOuterRing() {
            new RandomSharpening(2.5, 0.1, TransformForm.SCRIPT).apply(pixels, kernel);
            assertEqualsReference("sharpened-script");
            assertThat(pixels.height()).isEqualTo(SMALL_HEIGHT - 2);
            assertThat(pixels.width()).isEqualTo(SMALL_WIDTH - 2);
        }

        @Test
        void aKernelOfTheCentreAloneChangesNothing() {
            new RandomSharpening(1, 0, TransformForm.SOUND).apply(pixels, Seed.of(3));
            assertThat(TestImage.values(pixels)).isEqualTo(original);
        }

        @Test
        void withoutDeviationTheKernelIsThePapersFixedOne() {
            assertThat(new RandomSharpening(2.5, 0, TransformForm.SOUND)
                            .draw(Seed.of(3).generator()))
                    .isEqualTo(new RandomSharpening.Kernel(2.5f, 0.375f, 0.375f, 0.375f, 0.375f));
        }

        @Test
        void neighboursFollowTheCentreInTheMean() {
            // Given
            RandomSharpening sharpening = new RandomSharpening(2.5, 0.1, TransformForm.SOUND);
            SplittableRandom random = Seed.of(4).generator();
            // When
            List<RandomSharpening.Kernel> kernels = IntStream.range(0, 20_000)
                    .mapToObj(i -> sharpening.draw(random))
                    .toList();
            // Then: the deviation of a neighbour about (c − 1)/4 is s
            assertMoments(kernels.stream().mapToDouble(RandomSharpening.Kernel::centre), 2.5, 0.1);
            assertMoments(kernels.stream().mapToDouble(k -> k.above() - (k.centre() - 1) / 4), 0, 0.1);
            assertMoments(kernels.stream().mapToDouble(k -> k.below() - (k.centre() - 1) / 4), 0, 0.1);
            assertMoments(kernels.stream().mapToDouble(k -> k.left() - k.right()), 0, 0.1 * Math.sqrt(2));
        }
    }

    @Nested
    class Frequencies {
        @ParameterizedTest
        @ValueSource(ints = {10, 30, 70})
        void equalsSciPysTransformWithTheHighFrequenciesAtZero(int percent) {
            new FrequencyFilter(percent).apply(pixels, Seed.of(1));
            assertEqualsReference("frequencies-" + percent);
        }

        @Test
        void allFrequenciesAreTheImage() {
            new FrequencyFilter(100).apply(pixels, Seed.of(1));
            assertThat(TestImage.values(pixels)).containsExactly(original, ROUNDING);
        }

        @Test
        void filteringTwiceIsFilteringOnce() {
            // Given
            FrequencyFilter filter = new FrequencyFilter(30);
            filter.apply(pixels);
            float[] once = TestImage.values(pixels);
            assertThat(once).isNotEqualTo(original);
            // When
            filter.apply(pixels);
            // Then: nothing was clipped in this image
            assertThat(TestImage.values(pixels)).containsExactly(once, ROUNDING);
        }

        @Test
        void oneFrequencyIsTheMeanOfEachChannel() {
            // When: 1 % of 12 rows and of 16 columns is less than one
            new FrequencyFilter(1).apply(pixels);
            // Then
            for (int c = 0; c < 3; c++) {
                int channel = c;
                double mean = IntStream.range(0, original.length / 3)
                        .mapToDouble(p -> original[3 * p + channel])
                        .average()
                        .orElseThrow();
                for (int p = 0; p < original.length / 3; p++) {
                    assertThat(pixels.values()[3 * p + c]).isCloseTo((float) mean, ROUNDING);
                }
            }
        }
    }

    @Nested
    class Blurs {
        @ParameterizedTest
        @ValueSource(ints = {3, 5})
        void equalsPyTorchsConvolutionDividedByItsMaximum(int size) {
            // Given
            float[] filter = TestImage.numbers(4, size * size);
            for (int i = 0; i < filter.length; i++) {
                filter[i] = (float) (0.3 * filter[i]);
            }
            filter[size + 2] = 1;
            // When
            new RandomBlur(size, 0.3).apply(pixels, filter);
            // Then
            assertEqualsReference("blurred-" + size);
        }

        @Test
        void aFilterOfOneEntryOnlyStretchesToTheMaximum() {
            // Given
            float largest = 0;
            for (float value : original) {
                largest = Math.max(largest, value);
            }
            // When
            new RandomBlur(1, 0.3).apply(pixels, Seed.of(1));
            // Then
            for (int i = 0; i < original.length; i++) {
                assertThat(pixels.values()[i]).isEqualTo(original[i] / largest);
            }
        }

        @Test
        void blackStaysBlack() {
            Pixels black = TestImage.pixels(new byte[8 * 9 * 3], 8, 9);
            new RandomBlur(3, 0.3).apply(black, Seed.of(1));
            assertThat(TestImage.values(black)).containsOnly(0f);
        }

        @Test
        void everyFilterHasOneOneAnywhereAndOtherwiseEntriesBelowTheBound() {
            // Given
            int[] places = new int[9];
            double sum = 0;
            int draws = 9_000;
            SplittableRandom random = Seed.of(6).generator();
            for (int i = 0; i < draws; i++) {
                // When
                float[] filter = new RandomBlur(3, 0.3).draw(random);
                // Then
                int ones = 0;
                for (int place = 0; place < 9; place++) {
                    if (filter[place] == 1) {
                        ones++;
                        places[place]++;
                    } else {
                        assertThat(filter[place]).isBetween(0f, 0.3f);
                        sum += filter[place];
                    }
                }
                assertThat(ones).isEqualTo(1);
            }
            assertThat(Arrays.stream(places)).allMatch(count -> count > 850 && count < 1_150);
            assertThat(sum / (8 * draws)).isCloseTo(0.15, within(0.002));
        }
    }

    @Nested
    class Warpings {
        private final float[] offsets = TestImage.numbers(5, 2 * SMALL_HEIGHT * SMALL_WIDTH);

        Warpings() {
            for (int i = 0; i < offsets.length; i++) {
                offsets[i] = (float) (2 * (2.0 * offsets[i] - 1));
            }
        }

        @Test
        void equalsSciPysInterpolationOfAPeriodicImage() {
            new RandomWarping(2, TransformForm.SOUND).apply(pixels, offsets);
            assertEqualsReference("warped");
        }

        @Test
        void asTheScriptDoesItHasSciPysShorterPeriodAndIsCutToBytes() {
            new RandomWarping(2, TransformForm.SCRIPT).apply(pixels, offsets);
            assertThat(pixels.levels()).isEqualTo(TestImage.bytes(golden.get("warped-script")));
        }

        @Test
        void withoutABoundNothingMoves() {
            new RandomWarping(0, TransformForm.SOUND).apply(pixels, Seed.of(2));
            assertThat(TestImage.values(pixels)).isEqualTo(original);
        }

        @Test
        void wholeOffsetsRollTheImage() {
            // Given: two rows up and three columns to the left, of every pixel, so that corners come from the other
            // side
            for (int i = 0; i < offsets.length; i++) {
                offsets[i] = i % 2 == 0 ? 2 : 3;
            }
            // When
            new RandomWarping(3, TransformForm.SOUND).apply(pixels, offsets);
            // Then
            for (int i = 0; i < original.length; i++) {
                int row = (i / 3 / SMALL_WIDTH + 2) % SMALL_HEIGHT;
                int column = (i / 3 % SMALL_WIDTH + 3) % SMALL_WIDTH;
                assertThat(pixels.values()[i]).isEqualTo(original[(row * SMALL_WIDTH + column) * 3 + i % 3]);
            }
        }

        @Test
        void offsetsThatReachFarBeyondTheImageStillFindAPixel() {
            for (TransformForm form : TransformForm.values()) {
                for (float far : new float[] {-1e-9f, -16, -1_000.25f, 1_000.75f, 12, 11}) {
                    Pixels image = TestImage.pixels(3, SMALL_HEIGHT, SMALL_WIDTH);
                    Arrays.fill(offsets, far);
                    new RandomWarping(2_000, form).apply(image, offsets);
                    for (float value : TestImage.values(image)) {
                        assertThat(value).isBetween(0f, 1f);
                    }
                }
            }
        }

        @Test
        void offsetsAreUniformBetweenTheBounds() {
            // Given
            Pixels large = new Pixels(100, 100);
            large.load(new RgbImage(100, 100, new byte[30_000]));
            // When
            float[] drawn = new RandomWarping(2, TransformForm.SOUND)
                    .draw(large, Seed.of(3).generator());
            // Then: of 20,000 numbers
            DoubleStream some = IntStream.range(0, 20_000).mapToDouble(i -> drawn[i]);
            assertMoments(some, 0, 2 / Math.sqrt(3));
            assertThat(IntStream.range(0, 20_000).mapToDouble(i -> drawn[i])).allMatch(d -> d >= -2 && d <= 2);
        }
    }

    @Nested
    class Cutouts {
        @Test
        void blackensTheSquareAboutItsCentre() {
            // When: rows 2 to 5 and columns 7 to 10
            new Cutout(4).apply(pixels, new Cutout.Centre(4, 9));
            // Then
            assertBlack(2, 6, 7, 11);
        }

        @Test
        void cutsOffWhatReachesBeyondTheBorder() {
            new Cutout(8).apply(pixels, new Cutout.Centre(1, 15));
            assertBlack(0, 5, 11, 16);
        }

        @Test
        void anOddSquareHasItsFullEdge() {
            new Cutout(5).apply(pixels, new Cutout.Centre(5, 5));
            assertBlack(3, 8, 3, 8);
        }

        @Test
        void centresLieEverywhereInTheImage() {
            // Given
            int[] counts = new int[SMALL_HEIGHT * SMALL_WIDTH];
            SplittableRandom random = Seed.of(5).generator();
            // When
            for (int i = 0; i < 192 * 100; i++) {
                Cutout.Centre centre = new Cutout(16).draw(pixels, random);
                counts[centre.row() * SMALL_WIDTH + centre.column()]++;
            }
            // Then: 100 each, five standard deviations
            assertThat(Arrays.stream(counts)).allMatch(count -> count > 50 && count < 150);
        }

        private void assertBlack(int top, int bottom, int left, int right) {
            for (int i = 0; i < original.length; i++) {
                int row = i / 3 / SMALL_WIDTH;
                int column = i / 3 % SMALL_WIDTH;
                boolean inside = row >= top && row < bottom && column >= left && column < right;
                assertThat(pixels.values()[i]).isEqualTo(inside ? 0 : original[i]);
            }
        }
    }

    @Nested
    class Noises {
        @Test
        void isNormalOfTheDeviationGivenAndNotClipped() {
            // Given: a white image
            byte[] white = new byte[100 * 100 * 3];
            Arrays.fill(white, (byte) 255);
            Pixels image = TestImage.pixels(white, 100, 100);
            // When
            new GaussianNoise(0.5).apply(image, Seed.of(1));
            // Then
            float[] values = TestImage.values(image);
            assertMoments(IntStream.range(0, 20_000).mapToDouble(i -> values[i] - 1), 0, 0.5);
            long above =
                    IntStream.range(0, values.length).filter(i -> values[i] > 1).count();
            assertThat(above / (double) values.length).isCloseTo(0.5, within(0.015));
        }

        @Test
        void withoutADeviationNothingChanges() {
            new GaussianNoise(0).apply(pixels, Seed.of(1));
            assertThat(TestImage.values(pixels)).isEqualTo(original);
        }

        @Test
        void addsWhatWasDrawn() {
            float[] noise = TestImage.numbers(8, original.length);
            new GaussianNoise(1).apply(pixels, noise);
            for (int i = 0; i < original.length; i++) {
                assertThat(pixels.values()[i]).isEqualTo(original[i] + noise[i]);
            }
        }
    }

    @Test
    void refusesWhatMakesNoSense() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Cutout(0))
                .withMessage("size is 0; expected 1 or more");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CropAndFlip(-1, CropBorder.ZERO, true))
                .withMessage("padding is -1; expected 0 or more");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new GaussianNoise(Double.NaN))
                .withMessage("sigma is NaN; expected a number from 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RandomBlur(4, 0.3))
                .withMessage("size is 4; expected an odd number from 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RandomBlur(3, 1.5))
                .withMessage("bound is 1.5; expected a number from 0 to 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RandomSharpening(0.5, 0.1, TransformForm.SOUND))
                .withMessage("centre is 0.5; expected a number from 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RandomSharpening(2.5, -0.1, TransformForm.SOUND))
                .withMessage("deviation is -0.1; expected a number from 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FrequencyFilter(0))
                .withMessage("percent is 0; expected a whole number from 1 to 100");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RandomWarping(-2, TransformForm.SOUND))
                .withMessage("bound is -2.0; expected a number of pixels from 0");
    }

    /** Of 20,000 numbers, within five standard deviations of a mean and six per cent of a deviation. */
    private static void assertMoments(DoubleStream numbers, double mean, double deviation) {
        double[] all = numbers.toArray();
        double sum = 0;
        double squares = 0;
        for (double number : all) {
            sum += number - mean;
            squares += (number - mean) * (number - mean);
        }
        assertThat(all).hasSize(20_000);
        assertThat(sum / all.length).isCloseTo(0, within(5 * deviation / Math.sqrt(all.length)));
        assertThat(Math.sqrt(squares / all.length)).isCloseTo(deviation, within(0.06 * deviation));
    }
}
