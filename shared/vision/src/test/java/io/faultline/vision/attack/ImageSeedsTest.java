package io.faultline.vision.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.faultline.recipe.Seed;
import io.faultline.vision.ComputeDevice;
import io.faultline.vision.network.ReferenceNumbers;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageSeedsTest {
    private static final Seed SEED = Seed.of(5);
    private static final int PIXELS = 3 * 8 * 8;

    private final NDManager manager = ComputeDevice.open("cpu");
    private final NDArray images = ReferenceNumbers.of(2).tensor(manager, new Shape(4, 3, 8, 8), 0.5, 0.5);

    @AfterEach
    void close() {
        manager.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"linf", "l2"})
    void anImageStartsAtTheSamePointWhoeverIsBesideIt(String norm) {
        // Given
        PerturbationBall ball = norm.equals("linf") ? new LinfBall(0.1) : new L2Ball(0.5);
        ImageSeeds all = ImageSeeds.of(SEED, new int[] {40, 41, 42, 43});
        int[] some = {3, 1};
        NDArray chosen = Rows.pick(images, some);
        // When
        float[] randomOfAll = ball.randomStart(images, all).toFloatArray();
        float[] randomOfSome = ball.randomStart(chosen, all.at(some)).toFloatArray();
        float[] surfaceOfAll = ball.surfaceStart(images, all).toFloatArray();
        float[] surfaceOfSome = ball.surfaceStart(chosen, all.at(some)).toFloatArray();
        // Then
        assertThat(row(randomOfSome, 0)).containsExactly(row(randomOfAll, 3));
        assertThat(row(randomOfSome, 1)).containsExactly(row(randomOfAll, 1));
        assertThat(row(surfaceOfSome, 0)).containsExactly(row(surfaceOfAll, 3));
        assertThat(row(surfaceOfSome, 1)).containsExactly(row(surfaceOfAll, 1));
        assertThat(row(randomOfAll, 0)).isNotEqualTo(row(randomOfAll, 1));
    }

    @Test
    void aPlaceHasItsSeedInEveryBatch() {
        assertThat(ImageSeeds.of(SEED, new int[] {7, 9}).get(1)).isEqualTo(SEED.derive(9));
        assertThat(ImageSeeds.of(SEED, new int[] {7, 9}).derive("x").get(0))
                .isEqualTo(SEED.derive(7).derive("x"));
        assertThat(ImageSeeds.inOrder(SEED, 2).seeds()).isEqualTo(List.of(SEED.derive(0), SEED.derive(1)));
    }

    @Test
    void refusesAnotherNumberOfSeedsThanImages() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LinfBall(0.1).randomStart(images, ImageSeeds.inOrder(SEED, 3)))
                .withMessage("3 seeds for 4 images; one each is needed");
    }

    private static float[] row(float[] values, int image) {
        return Arrays.copyOfRange(values, image * PIXELS, (image + 1) * PIXELS);
    }
}
