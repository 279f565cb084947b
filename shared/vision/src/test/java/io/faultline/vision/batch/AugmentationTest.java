package io.faultline.vision.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDManager;
import io.faultline.dataset.LabeledImages;
import io.faultline.recipe.AugmentationRecipe;
import io.faultline.recipe.CropBorder;
import io.faultline.recipe.Seed;
import io.faultline.recipe.TransformForm;
import io.faultline.testkit.TinyImages;
import io.faultline.vision.ComputeDevice;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class AugmentationTest {
    private static final int SIZE = 16;
    private final LabeledImages data =
            TinyImages.twoClasses(Seed.of(1), 6, 1, SIZE).train();

    private static Stream<ImageTransform> drawing() {
        return Stream.of(
                new RandomBlur(3, 0.3),
                new RandomSharpening(2.5, 0.1, TransformForm.SOUND),
                new CropAndFlip(4, CropBorder.REFLECT, true),
                new AutoAugment(),
                new RandomWarping(2, TransformForm.SOUND),
                new Cutout(6),
                new GaussianNoise(0.1));
    }

    private static List<ImageTransform> all() {
        List<ImageTransform> all = new ArrayList<>(drawing().toList());
        all.add(0, new Grey());
        all.add(3, new FrequencyFilter(30));
        return all;
    }

    /** Checksums of what the class gave for the same seed when crop and flip were all there was: old runs can be repeated. */
    @ParameterizedTest
    @CsvSource({"0, false, e8b1e128", "0, true, 5d9913a2", "4, false, 45fe9d48", "4, true, 2af568d3"})
    void cropAndFlipGiveTheBitsThatTheyAlwaysGave(int padding, boolean flip, String checksum) {
        // Given
        LabeledImages images = TinyImages.twoClasses(Seed.of(1), 20, 1, 8).train();
        Augmentation augmentation = Augmentation.of(new AugmentationRecipe(padding, flip), Seed.of(5));
        // When
        float[] values = load(images, IntStream.range(0, 40).toArray(), augmentation, 3);
        // Then
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES);
        bytes.asFloatBuffer().put(values);
        CRC32 crc = new CRC32();
        crc.update(bytes.array());
        assertThat(Long.toHexString(crc.getValue())).isEqualTo(checksum);
    }

    @ParameterizedTest
    @MethodSource("drawing")
    void everyTransformIsDrawnBySeedEpochAndPlace(ImageTransform transform) {
        // Given
        int[] places = IntStream.range(0, data.size()).toArray();
        Augmentation augmentation = new Augmentation(List.of(transform), new Unmixed(), Seed.of(5));
        Augmentation other = new Augmentation(List.of(transform), new Unmixed(), Seed.of(6));
        // When
        float[] values = load(data, places, augmentation, 2);
        // Then
        assertThat(load(data, places, augmentation, 2)).isEqualTo(values);
        assertThat(load(data, places, augmentation, 3)).isNotEqualTo(values);
        assertThat(load(data, places, other, 2)).isNotEqualTo(values);
        assertThat(load(data, places, Augmentation.NONE, 2)).isNotEqualTo(values);
    }

    @Test
    void anImageIsTheSameInWhateverBatchItStands() {
        // Given
        Augmentation augmentation = new Augmentation(all(), new Unmixed(), Seed.of(5));
        // When
        float[] batch = load(data, new int[] {7, 3, 11}, augmentation, 4);
        // Then
        int size = SIZE * SIZE * 3;
        for (int i = 0; i < 3; i++) {
            float[] alone = load(data, new int[] {new int[] {7, 3, 11}[i]}, augmentation, 4);
            assertThat(alone).isEqualTo(Arrays.copyOfRange(batch, i * size, (i + 1) * size));
        }
    }

    @Test
    void oneTransformsDrawsDoNotDependOnTheOthers() {
        // Given
        ImageTransform cutout = new Cutout(6);
        Augmentation alone = new Augmentation(List.of(cutout), new Unmixed(), Seed.of(5));
        Augmentation both = new Augmentation(List.of(new AutoAugment(), cutout), new Unmixed(), Seed.of(5));
        // When
        float[] first = load(data, new int[] {0, 1, 2}, alone, 0);
        float[] second = load(data, new int[] {0, 1, 2}, both, 0);
        // Then: the same squares are black
        for (int i = 0; i < first.length; i++) {
            assertThat(first[i] != 0 || second[i] == 0).isTrue();
        }
    }

    @Test
    void mixesTheImagesWithTheirLabels() {
        // Given: images of the two classes
        int[] places = {0, 6, 1, 7, 2, 8};
        Augmentation augmentation = new Augmentation(List.of(), new Mixup(1), Seed.of(5));
        float[] plain = load(data, places, Augmentation.NONE, 0);
        try (NDManager manager = ComputeDevice.open("cpu")) {
            // When
            ImageBatch batch = ImageBatches.of(data).load(places, augmentation, 1, manager);
            // Then
            assertThat(batch.mixed()).isTrue();
            assertThat(batch.labels().toLongArray()).containsExactly(0, 1, 0, 1, 0, 1);
            float[] shares = batch.share().toFloatArray();
            assertThat(shares).hasSize(6).containsOnly(shares[0]);
            float[] mixed = channelsLast(batch);
            long[] others = batch.otherLabels().toLongArray();
            for (int i = 0; i < places.length; i++) {
                int image = i;
                assertThat(IntStream.range(0, places.length)
                                .filter(partner -> isMixture(mixed, plain, image, partner, shares[0]))
                                .map(partner -> data.labels()[places[partner]]))
                        .containsExactly((int) others[i]);
            }
        }
    }

    @Test
    void mixingIsDrawnBySeedEpochAndFirstPlace() {
        // Given
        Augmentation augmentation = new Augmentation(List.of(), new CutMix(1, 1), Seed.of(5));
        int[] places = {0, 6, 1, 7};
        // When
        float[] values = load(data, places, augmentation, 1);
        // Then
        assertThat(load(data, places, augmentation, 1)).isEqualTo(values);
        assertThat(load(data, places, augmentation, 2)).isNotEqualTo(values);
        assertThat(load(data, places, new Augmentation(List.of(), new CutMix(1, 1), Seed.of(6)), 1))
                .isNotEqualTo(values);
    }

    @Test
    void aBatchThatIsNotMixedHasOneLabelPerImage() {
        try (NDManager manager = ComputeDevice.open("cpu")) {
            ImageBatch batch = ImageBatches.of(data).load(new int[] {0}, Augmentation.NONE, 0, manager);
            assertThat(batch.mixed()).isFalse();
            assertThat(batch.otherLabels()).isNull();
            assertThat(batch.share()).isNull();
        }
    }

    @Test
    void aRecipeOfEverythingHasTheOrderThatIsSaid() {
        // Given
        AugmentationRecipe recipe = new AugmentationRecipe(
                3,
                CropBorder.REFLECT,
                true,
                true,
                new AugmentationRecipe.Cutout(7),
                null,
                new AugmentationRecipe.Cutmix(0.5, 0.25),
                true,
                new AugmentationRecipe.Noise(0.125),
                new AugmentationRecipe.Blur(5, 0.2),
                new AugmentationRecipe.Sharpening(2.0, 0.3, TransformForm.SCRIPT),
                new AugmentationRecipe.Frequencies(40),
                new AugmentationRecipe.Warping(1.5, TransformForm.SCRIPT));
        // When
        Augmentation augmentation = Augmentation.of(recipe, Seed.of(1));
        // Then
        assertThat(augmentation.transforms().stream().map(Object::toString))
                .containsExactly(
                        "Grey[]",
                        "RandomBlur[size=5, bound=0.2]",
                        "RandomSharpening[centre=2.0, deviation=0.3, form=SCRIPT]",
                        "FrequencyFilter[percent=40]",
                        "CropAndFlip[padding=3, border=REFLECT, flip=true]",
                        "AutoAugment[]",
                        "RandomWarping[bound=1.5, form=SCRIPT]",
                        "Cutout[size=7]",
                        "GaussianNoise[sigma=0.125]");
        assertThat(augmentation.mixing()).isEqualTo(new CutMix(0.5, 0.25));
    }

    @Test
    void aRecipeOfNothingDoesNothing() {
        Augmentation augmentation = Augmentation.of(new AugmentationRecipe(0, false), Seed.of(1));
        assertThat(augmentation.transforms()).isEmpty();
        assertThat(augmentation.mixing()).isEqualTo(new Unmixed());
    }

    @Test
    void aRecipeMayAskForMixup() {
        AugmentationRecipe recipe = new AugmentationRecipe(
                null,
                null,
                null,
                null,
                null,
                new AugmentationRecipe.Mixup(0.5),
                null,
                null,
                null,
                null,
                null,
                null,
                null);
        assertThat(Augmentation.of(recipe, Seed.of(1)).mixing()).isEqualTo(new Mixup(0.5));
    }

    @Test
    void refusesTwoOfAKind() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        new Augmentation(List.of(new Cutout(4), new Grey(), new Cutout(8)), new Unmixed(), Seed.of(1)))
                .withMessage("3 transforms of 2 kinds; expected one of each kind: "
                        + "[Cutout[size=4], Grey[], Cutout[size=8]]");
    }

    @Test
    void aBatchOfNothingIsNotMixed() {
        Augmentation augmentation = new Augmentation(List.of(), new Mixup(1), Seed.of(5));
        assertThat(augmentation.mix(new float[0], new int[0], SIZE, SIZE, 0)).isEmpty();
    }

    private static boolean isMixture(float[] mixed, float[] plain, int image, int partner, float share) {
        int size = SIZE * SIZE * 3;
        return IntStream.range(0, size)
                .allMatch(i -> Math.abs(mixed[image * size + i]
                                - share * plain[image * size + i]
                                - (1 - share) * plain[partner * size + i])
                        < 1e-6);
    }

    /** (N, H, W, 3) */
    private static float[] channelsLast(ImageBatch batch) {
        return batch.images().transpose(0, 2, 3, 1).toFloatArray();
    }

    private float[] load(LabeledImages images, int[] places, Augmentation augmentation, int epoch) {
        try (NDManager manager = ComputeDevice.open("cpu")) {
            ImageBatch batch = ImageBatches.of(images).load(places, augmentation, epoch, manager);
            return images == data ? channelsLast(batch) : batch.images().toFloatArray();
        }
    }
}
