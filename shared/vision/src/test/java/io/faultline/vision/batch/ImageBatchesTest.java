package io.faultline.vision.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.djl.ndarray.NDManager;
import io.faultline.dataset.LabeledImages;
import io.faultline.dataset.RgbImage;
import io.faultline.recipe.CropBorder;
import io.faultline.recipe.Seed;
import io.faultline.testkit.TinyImages;
import io.faultline.vision.ComputeDevice;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ImageBatchesTest {
    private static final int SIZE = 8;
    private final LabeledImages data =
            TinyImages.twoClasses(Seed.of(1), 3, 1, SIZE).train();

    @Test
    void putsPixelsWhereChannelRowAndColumnSay() {
        try (NDManager manager = ComputeDevice.open("cpu")) {
            // When
            ImageBatch batch = ImageBatches.of(data).load(new int[] {4, 1}, manager);
            // Then
            assertThat(batch.images().getShape().getShape()).containsExactly(2, 3, SIZE, SIZE);
            assertThat(batch.labels().toLongArray()).containsExactly(1, 0);
            float[] values = batch.images().toFloatArray();
            for (int c = 0; c < 3; c++) {
                for (int y = 0; y < SIZE; y++) {
                    for (int x = 0; x < SIZE; x++) {
                        assertThat(values[((SIZE * 3) + c * SIZE + y) * SIZE + x])
                                .isEqualTo(pixel(1, y, x, c) / 255f);
                    }
                }
            }
        }
    }

    @Test
    void cropsFromTheImageWithABorderOfZerosAndThenMirrors() {
        // Given
        CropAndFlip crop = new CropAndFlip(2, CropBorder.ZERO, true);
        Augmentation augmentation = new Augmentation(List.of(crop), new Unmixed(), Seed.of(5));
        int[] places = IntStream.range(0, data.size()).toArray();
        try (NDManager manager = ComputeDevice.open("cpu")) {
            // When
            float[] values = ImageBatches.of(data)
                    .load(places, augmentation, 3, manager)
                    .images()
                    .toFloatArray();
            // Then
            for (int i : places) {
                CropAndFlip.Placement placement = draw(crop, 3, i);
                for (int y = 0; y < SIZE; y++) {
                    for (int x = 0; x < SIZE; x++) {
                        int row = y - placement.down();
                        int column = (placement.mirrored() ? SIZE - 1 - x : x) - placement.right();
                        boolean inside = row >= 0 && row < SIZE && column >= 0 && column < SIZE;
                        assertThat(values[((i * 3 + 1) * SIZE + y) * SIZE + x])
                                .isEqualTo(inside ? pixel(i, row, column, 1) / 255f : 0f);
                    }
                }
            }
        }
    }

    @Test
    void drawsEveryPlacementAnewPerImageAndEpoch() {
        // Given
        CropAndFlip crop = new CropAndFlip(4, CropBorder.ZERO, true);
        // When
        List<CropAndFlip.Placement> placements = IntStream.range(0, 2000)
                .mapToObj(i -> draw(crop, i % 20, i / 20))
                .toList();
        // Then: 81 crops, each mirrored or not
        assertThat(placements).allMatch(p -> Math.abs(p.down()) <= 4 && Math.abs(p.right()) <= 4);
        assertThat(placements.stream().distinct().count()).isGreaterThan(155);
        assertThat(placements.stream().filter(CropAndFlip.Placement::mirrored).count())
                .isBetween(900L, 1100L);
        assertThat(draw(crop, 7, 9)).isEqualTo(draw(crop, 7, 9));
    }

    /** The placement of an image in an epoch under seed 5. */
    private CropAndFlip.Placement draw(CropAndFlip crop, int epoch, int place) {
        Pixels pixels = new Pixels(SIZE, SIZE);
        pixels.load(data.images().get(0));
        return crop.draw(pixels, Seed.of(5).derive(epoch).derive(place).generator());
    }

    @Test
    void anOrderIsAPermutationThatChangesWithTheEpoch() {
        // Given
        ImageBatches batches =
                ImageBatches.of(TinyImages.twoClasses(Seed.of(1), 50, 1, SIZE).train());
        // When
        int[] first = batches.order(Seed.of(1), 0);
        int[] second = batches.order(Seed.of(1), 1);
        // Then
        assertThat(batches.order(Seed.of(1), 0)).containsExactly(first);
        assertThat(second).isNotEqualTo(first);
        int[] sorted = first.clone();
        Arrays.sort(sorted);
        assertThat(sorted).containsExactly(IntStream.range(0, 100).toArray());
    }

    @Test
    void refusesImagesOfSeveralSizes() {
        LabeledImages mixed = new LabeledImages(
                List.of("a", "b"),
                new int[2],
                List.of(new RgbImage(8, 8, new byte[192]), new RgbImage(8, 9, new byte[216])));
        assertThatExceptionOfType(UnsuitableImagesException.class)
                .isThrownBy(() -> ImageBatches.of(mixed))
                .withMessage("image 'b' is 8×9 and 'a' is 8×8; all must be of one size: resize them first");
    }

    @Test
    void refusesImagesThatAreTooSmall() {
        assertThatExceptionOfType(UnsuitableImagesException.class)
                .isThrownBy(() -> ImageBatches.of(
                        TinyImages.twoClasses(Seed.of(1), 1, 1, 7).train()))
                .withMessage("the images are 7×7; the networks take at least 8×8");
    }

    @Test
    void refusesNoImage() {
        assertThatExceptionOfType(UnsuitableImagesException.class)
                .isThrownBy(() -> ImageBatches.of(data.select(new int[0])))
                .withMessage("there is no image; at least one is needed");
    }

    private int pixel(int image, int row, int column, int channel) {
        return data.images().get(image).pixels()[(row * SIZE + column) * 3 + channel] & 0xFF;
    }
}
