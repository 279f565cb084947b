package io.faultline.vision.batch;

import static io.faultline.vision.batch.TestImage.HEIGHT;
import static io.faultline.vision.batch.TestImage.WIDTH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.faultline.checkpoint.Safetensors;
import io.faultline.recipe.Seed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class AutoAugmentTest {
    private static Stream<Arguments> operations() {
        return Stream.of("autoaugment-geometry", "autoaugment-colours")
                .flatMap(file -> TestImage.golden(file).entrySet().stream()
                        .map(entry -> Arguments.of(entry.getKey(), TestImage.bytes(entry.getValue()))));
    }

    /** Operation/step/sign, from torchvision on a Pillow image: equal in every byte. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("operations")
    void everyOperationGivesTorchvisionsBytes(String name, byte[] expected) {
        // Given
        String[] parts = name.split("/");
        LevelOperation operation = LevelOperation.valueOf(parts[0]);
        Levels image = new Levels(HEIGHT, WIDTH, TestImage.levels(1, HEIGHT, WIDTH));
        // When
        operation.apply(image, operation.magnitude(Integer.parseInt(parts[1]), parts[2].equals("-"), image));
        // Then
        assertThat(image.bytes()).isEqualTo(expected);
    }

    @Test
    void theReferenceHoldsEveryOperation() {
        assertThat(operations()
                        .map(row -> ((String) row.get()[0]).split("/")[0])
                        .distinct())
                .containsExactlyInAnyOrderElementsOf(
                        Stream.of(LevelOperation.values()).map(Enum::name).toList());
    }

    private static IntStream pairs() {
        return IntStream.range(0, AutoAugment.CIFAR10.size());
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void everyPairGivesTorchvisionsBytes(int pair) {
        // Given: both operations, the second in the opposite direction, but none of probability 0
        AutoAugment.Pair steps = AutoAugment.CIFAR10.get(pair);
        boolean second = steps.second().probability() > 0;
        Pixels pixels = TestImage.pixels(2, HEIGHT, WIDTH);
        // When
        new AutoAugment().apply(pixels, new AutoAugment.Choice(pair, true, second, false, true));
        // Then
        assertThat(pixels.levels())
                .isEqualTo(TestImage.bytes(TestImage.golden("autoaugment-pairs").get(String.valueOf(pair))));
    }

    @Test
    void probabilitiesAreThoseOfThePolicy() {
        Map<String, Safetensors.Tensor> golden = TestImage.golden("autoaugment-pairs");
        List<Float> ours = new ArrayList<>();
        AutoAugment.CIFAR10.forEach(pair -> {
            ours.add((float) pair.first().probability());
            ours.add((float) pair.second().probability());
        });
        assertThat(ours).hasSize(50);
        assertThat(golden.get("probabilities").floats()).containsExactly(ours.toArray(Float[]::new));
    }

    @Test
    void operationsTakePlaceAsOftenAsThePolicySays() {
        // Given
        int draws = 50_000;
        int[] pairs = new int[25];
        int[] first = new int[25];
        int[] second = new int[25];
        int negative = 0;
        SplittableRandom random = Seed.of(1).generator();
        // When
        for (int i = 0; i < draws; i++) {
            AutoAugment.Choice choice = new AutoAugment().draw(random);
            pairs[choice.pair()]++;
            first[choice.pair()] += choice.first() ? 1 : 0;
            second[choice.pair()] += choice.second() ? 1 : 0;
            negative += (choice.firstNegative() ? 1 : 0) + (choice.secondNegative() ? 1 : 0);
        }
        // Then: five standard deviations
        assertThat(negative / (2.0 * draws)).isCloseTo(0.5, within(0.01));
        for (int i = 0; i < 25; i++) {
            AutoAugment.Pair pair = AutoAugment.CIFAR10.get(i);
            assertThat(pairs[i]).isBetween(1_780, 2_220);
            assertThat(first[i] / (double) pairs[i]).isCloseTo(pair.first().probability(), within(0.056));
            assertThat(second[i] / (double) pairs[i]).isCloseTo(pair.second().probability(), within(0.056));
        }
        assertThat(second[14]).isZero();
    }

    @Test
    void anImageWithoutAnOperationKeepsItsNumbers() {
        // Given: numbers that are no levels
        Pixels pixels = TestImage.pixels(2, HEIGHT, WIDTH);
        pixels.values()[7] = 0.12345f;
        float[] before = TestImage.values(pixels);
        // When
        new AutoAugment().apply(pixels, new AutoAugment.Choice(3, false, false, true, true));
        // Then
        assertThat(TestImage.values(pixels)).isEqualTo(before);
    }

    @Test
    void equalizingFewPixelsOrOneLevelChangesNothing() {
        // Given: 8×8 pixels do not reach 255 above the highest level; a flat image has nothing to spread
        byte[] few = TestImage.levels(4, 8, 8);
        Levels small = new Levels(8, 8, few.clone());
        byte[] flat = new byte[HEIGHT * WIDTH * 3];
        Arrays.fill(flat, (byte) 99);
        Levels even = new Levels(HEIGHT, WIDTH, flat.clone());
        // When
        small.equalize();
        even.equalize();
        even.spread();
        // Then
        assertThat(small.bytes()).isEqualTo(few);
        assertThat(even.bytes()).isEqualTo(flat);
    }
}
