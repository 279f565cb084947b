package io.faultline.vision.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.faultline.recipe.Seed;
import io.faultline.vision.ComputeDevice;
import io.faultline.vision.network.Tensors;
import java.util.Arrays;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class NormalDeviatesTest {
    @Test
    void sameSeedGivesTheSameBitsOnEveryJava() {
        // Given: Marsaglia's method over SplitMix64, in Python 3 (golden_attacks.py, normals)
        NormalDeviates deviates = new NormalDeviates(Seed.of(42));
        // When
        double[] drawn = DoubleStream.generate(deviates::next).limit(6).toArray();
        // Then
        assertThat(drawn)
                .containsExactly(
                        0x1.f8c80e851c08cp-2,
                        -0x1.6354b5f7dce79p-1,
                        -0x1.47f4af60c7f94p+0,
                        -0x1.cd98e78b167aep-1,
                        -0x1.342959c9fa344p-1,
                        0x1.48fe9fcfdf274p-1);
    }

    @Test
    void haveTheMomentsOfTheNormalDistribution() {
        // Given
        NormalDeviates deviates = new NormalDeviates(Seed.of(1));
        int count = 100_000;
        // When
        double[] drawn = DoubleStream.generate(deviates::next).limit(count).toArray();
        // Then: each within four standard errors
        assertThat(Arrays.stream(drawn).sum() / count).isCloseTo(0, within(4 / Math.sqrt(count)));
        assertThat(Arrays.stream(drawn).map(x -> x * x).sum() / count).isCloseTo(1, within(4 * Math.sqrt(2.0 / count)));
        assertThat(Arrays.stream(drawn).map(x -> x * x * x * x).sum() / count)
                .isCloseTo(3, within(4 * Math.sqrt(96.0 / count)));
    }

    @Test
    void anL2StartHasTheSameBitsOnEveryJava() {
        try (NDManager manager = ComputeDevice.open("cpu")) {
            // Given: one grey pixel of two channels
            float[] grey = {0.5f, 0.5f};
            // When
            float[] start = new L2Ball(0.25)
                    .randomStart(Tensors.of(manager, grey, new Shape(1, 2, 1, 1)), Seed.of(42))
                    .toFloatArray();
            // Then: seen on Java 17 and 25
            assertThat(start).containsExactly(0.29344994f, 0.4301068f);
        }
    }
}
