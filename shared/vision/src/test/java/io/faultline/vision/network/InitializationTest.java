package io.faultline.vision.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import io.faultline.recipe.Architecture;
import io.faultline.recipe.Normalization;
import io.faultline.recipe.Seed;
import io.faultline.vision.ComputeDevice;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InitializationTest {
    private final NDManager manager = ComputeDevice.open("cpu");

    @AfterEach
    void close() {
        manager.close();
    }

    private float[] start(Architecture architecture, int size, int width, String tensor) {
        NormalizedNetwork network =
                NormalizedNetwork.of(new NetworkSpec(architecture, width, null, size, 10, Normalization.NONE));
        try (StateDict state = network.initialize(Seed.of(1), manager)) {
            return state.get(tensor).toFloatArray();
        }
    }

    @ParameterizedTest
    @CsvSource({
        // architecture, image size, width, tensor, deviation: √(2/fan out), √(2/fan in), 0.01, 0.02
        "WRN28_10,          32, 32, block3.layer.1.conv1.weight,                  0.041666667",
        "RESNET18,         224, 16, layer4.1.conv2.weight,                        0.041666667",
        "DENSENET121,      224, 16, features.denseblock1.denselayer1.conv2.weight, 0.058925565",
        "VGG16_BN,         224,  4, classifier.0.weight,                          0.01",
        "EFFICIENTNET_V2_S, 32, 24, features.1.0.block.0.0.weight,                0.096225045",
        "DEIT_TINY,         32, 48, blocks.3.attn.qkv.weight,                     0.02",
        "DEIT_TINY,         32, 48, pos_embed,                                    0.02"
    })
    void normalWeightsHaveTheReferencesDeviation(
            Architecture architecture, int size, int width, String tensor, double deviation) {
        // When
        float[] values = start(architecture, size, width, tensor);
        // Then: of n draws, the mean deviates by σ/√n and the variance by σ²√(2/n); five of these are never
        int n = values.length;
        double mean = 0;
        double square = 0;
        int within = 0;
        for (float value : values) {
            mean += value / (double) n;
            square += value * (double) value / n;
            within += Math.abs(value) < deviation ? 1 : 0;
        }
        assertThat(mean).isCloseTo(0, within(5 * deviation / Math.sqrt(n)));
        assertThat(square / (deviation * deviation)).isCloseTo(1, within(5 * Math.sqrt(2.0 / n)));
        // 68.27 % of a normal distribution lie within one deviation, 57.7 % of a uniform one
        assertThat(within / (double) n).isCloseTo(0.6827, within(5 * 0.47 / Math.sqrt(n)));
    }

    @Test
    void linearWeightsOfEfficientNetAreUniformByTheirOutputs() {
        // When
        float[] values = start(Architecture.EFFICIENTNET_V2_S, 32, 24, "classifier.1.weight");
        // Then: ±1/√10
        double largest = 0;
        for (float value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        assertThat(largest).isBetween(0.31, 1 / Math.sqrt(10));
    }

    @Test
    void biasesStartAsTheImplementationsHaveThem() {
        assertThat(start(Architecture.WRN28_10, 32, 16, "fc.bias")).containsOnly(0);
        assertThat(start(Architecture.VGG16_BN, 224, 2, "features.0.bias")).containsOnly(0);
        assertThat(start(Architecture.DEIT_SMALL, 32, 12, "blocks.0.mlp.fc1.bias"))
                .containsOnly(0);
        // PyTorch's default: uniform in ±1/√27
        for (float bias : start(Architecture.VGG16_BN, 32, 64, "features.0.bias")) {
            assertThat(Math.abs(bias)).isBetween(1e-9f, (float) (1 / Math.sqrt(27)));
        }
    }

    @Test
    void sameSeedGivesTheSameNormalDeviates() {
        float[] one = start(Architecture.DEIT_TINY, 32, 12, "cls_token");
        assertThat(start(Architecture.DEIT_TINY, 32, 12, "cls_token")).containsExactly(one);
        assertThat(Arrays.stream(new double[] {one[0], one[1]}).distinct()).hasSize(2);
    }
}
