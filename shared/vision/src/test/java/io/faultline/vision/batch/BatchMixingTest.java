package io.faultline.vision.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.faultline.checkpoint.Safetensors;
import io.faultline.recipe.Seed;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchMixingTest {
    private static final int HEIGHT = 8;
    private static final int WIDTH = 9;
    private static final int SIZE = HEIGHT * WIDTH * 3;
    private static final float ROUNDING = 1e-6f;

    private final float[] batch = TestImage.numbers(6, 3 * SIZE);

    @Test
    void mixupAddsEachPartnersRest() {
        // Given
        float[] mixed = batch.clone();
        int[] partners = {1, 2, 0};
        // When
        new Mixup(1).apply(mixed, new BatchMixing.Mixture(partners, 0.7f));
        // Then
        for (int i = 0; i < mixed.length; i++) {
            double other = batch[partners[i / SIZE] * SIZE + i % SIZE];
            assertThat(mixed[i]).isCloseTo((float) (0.7 * batch[i] + 0.3 * other), within(ROUNDING));
        }
    }

    @Test
    void mixupWithAllOfTheFirstImageChangesNothing() {
        float[] mixed = batch.clone();
        new Mixup(1).apply(mixed, new BatchMixing.Mixture(new int[] {2, 0, 1}, 1));
        assertThat(mixed).isEqualTo(batch);
    }

    @Test
    void mixupSaysWhatItDid() {
        // Given
        float[] mixed = batch.clone();
        // When
        BatchMixing.Mixture mixture =
                new Mixup(1).mix(mixed, 3, HEIGHT, WIDTH, Seed.of(9)).orElseThrow();
        // Then
        float[] again = batch.clone();
        new Mixup(1).apply(again, mixture);
        assertThat(mixed).isEqualTo(again).isNotEqualTo(batch);
        assertThat(mixture.share()).isBetween(0f, 1f);
    }

    @Test
    void everyPermutationOfPartnersIsDrawn() {
        // Given
        SplittableRandom random = Seed.of(3).generator();
        // When
        Map<String, Long> counts = IntStream.range(0, 6_000)
                .mapToObj(i -> Arrays.toString(BatchMixing.partners(3, random)))
                .collect(Collectors.groupingBy(p -> p, Collectors.counting()));
        // Then
        assertThat(counts).hasSize(6);
        assertThat(counts.values()).allMatch(count -> count > 850 && count < 1_150);
    }

    @Test
    void cutMixTakesTheRectangleFromThePartner() {
        // Given
        float[] mixed = batch.clone();
        int[] partners = {2, 1, 0};
        // When
        new CutMix(1, 1).apply(mixed, HEIGHT, WIDTH, new CutMix.Rectangle(2, 5, 0, 4), partners);
        // Then
        for (int i = 0; i < mixed.length; i++) {
            int row = i % SIZE / 3 / WIDTH;
            int column = i % SIZE / 3 % WIDTH;
            boolean inside = row >= 2 && row < 5 && column < 4;
            int source = inside ? partners[i / SIZE] : i / SIZE;
            assertThat(mixed[i]).isEqualTo(batch[source * SIZE + i % SIZE]);
        }
    }

    @Test
    void cutMixsRectanglesAreThePapers() {
        Map<String, Safetensors.Tensor> golden = TestImage.golden("cutmix-rectangles");
        float[] cases = golden.get("cases").floats();
        float[] edges = golden.get("edges").floats();
        for (int i = 0; i < cases.length / 5; i++) {
            int height = (int) cases[5 * i + 3];
            int width = (int) cases[5 * i + 4];
            // When
            CutMix.Rectangle rectangle =
                    CutMix.Rectangle.of(cases[5 * i], (int) cases[5 * i + 1], (int) cases[5 * i + 2], height, width);
            // Then
            float[] actual = {
                rectangle.top(), rectangle.bottom(), rectangle.left(), rectangle.right(), rectangle.rest(height, width)
            };
            assertThat(actual).containsExactly(Arrays.copyOfRange(edges, 5 * i, 5 * i + 5), within(ROUNDING));
        }
    }

    @Test
    void cutMixsShareIsTheAreaThatIsLeft() {
        // Given: images of one number each, so that the area can be counted
        int images = 4;
        for (int seed = 0; seed < 50; seed++) {
            float[] mixed = new float[images * SIZE];
            for (int i = 0; i < mixed.length; i++) {
                mixed[i] = i / SIZE;
            }
            // When
            BatchMixing.Mixture mixture = new CutMix(1, 1)
                    .mix(mixed, images, HEIGHT, WIDTH, Seed.of(seed))
                    .orElseThrow();
            // Then
            for (int image = 0; image < images; image++) {
                int place = image;
                if (mixture.partners()[image] != image) {
                    long own = IntStream.range(0, SIZE)
                            .filter(i -> mixed[place * SIZE + i] == place)
                            .count();
                    assertThat(mixture.share()).isCloseTo(own / (float) SIZE, within(ROUNDING));
                }
            }
        }
    }

    @Test
    void cutMixCutsTheShareOfTheBatchesThatIsAsked() {
        // Given
        long cut = IntStream.range(0, 4_000)
                .filter(i -> {
                    float[] values = batch.clone();
                    Optional<BatchMixing.Mixture> mixture =
                            new CutMix(1, 0.3).mix(values, 3, HEIGHT, WIDTH, Seed.of(i));
                    // Then: a batch that is not cut stays as it is
                    assertThat(mixture.isPresent() || Arrays.equals(values, batch))
                            .isTrue();
                    return mixture.isPresent();
                })
                .count();
        assertThat(cut / 4_000.0).isCloseTo(0.3, within(0.037));
    }

    @Test
    void refusesWhatMakesNoSense() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Mixup(0))
                .withMessage("alpha is 0.0; expected a number above 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CutMix(Double.NaN, 1))
                .withMessage("alpha is NaN; expected a number above 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CutMix(1, 1.5))
                .withMessage("probability is 1.5; expected a number from 0 to 1");
    }
}
