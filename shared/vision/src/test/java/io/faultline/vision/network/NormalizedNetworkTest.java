package io.faultline.vision.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.faultline.recipe.Architecture;
import io.faultline.recipe.ModulePath;
import io.faultline.recipe.Seed;
import io.faultline.vision.ComputeDevice;
import io.faultline.vision.batch.ImageBatch;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NormalizedNetworkTest {
    private final NDManager manager = ComputeDevice.open("cpu");
    private final NormalizedNetwork network = ReferenceNumbers.network(Architecture.RESNET18, 2, 10);
    private final StateDict weights = ReferenceNumbers.weights(network, 1, manager);

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void hasTheModulesThatTheRiftScriptFinds() {
        // When
        List<NamedModule> modules = network.modules().modules();
        // Then
        assertThat(modules).hasSize(21);
        assertThat(modules.get(0))
                .isEqualTo(new NamedModule(new ModulePath("conv1"), NamedModule.Kind.CONVOLUTION, 54));
        assertThat(modules.get(20)).isEqualTo(new NamedModule(new ModulePath("linear"), NamedModule.Kind.LINEAR, 160));
        assertThat(modules)
                .extracting(module -> module.path().name())
                .contains("layer2.1.conv2", "layer2.0.shortcut.0", "layer4.1.conv1")
                .doesNotContain("layer1.0.shortcut.0");
    }

    @Test
    void resnet34HasAsManyModulesAsLayersAndShortcuts() {
        assertThat(ReferenceNumbers.network(Architecture.RESNET34, 1, 10)
                        .modules()
                        .modules())
                .hasSize(1 + 2 * (3 + 4 + 6 + 3) + 3 + 1);
    }

    @Test
    void theOriginalWidthHasTheOriginalCountOfParameters() {
        // Given
        NormalizedNetwork original = ReferenceNumbers.network(Architecture.RESNET18, 64, 10);
        // When
        try (StateDict fresh = original.initialize(Seed.of(0), manager)) {
            long parameters = original.parameters().stream()
                    .mapToLong(name -> fresh.get(name).size())
                    .sum();
            // Then: what PyTorch counts
            assertThat(parameters).isEqualTo(11_173_962);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "layer2.conv2         | did you mean layer2.0.conv2 or layer2.1.conv2?",
                "layer2.1.conv        | did you mean layer2.1.conv1 or layer2.1.conv2?",
                "layer3.1             | did you mean layer3.1.conv1 or layer3.1.conv2?",
                "linear.weight        | did you mean linear?",
                "Layer4.0.Shortcut.0  | did you mean layer4.0.shortcut.0?",
                "module.layer4.1.conv1| did you mean layer4.1.conv1?",
                "layer1               | did you mean layer1.0.conv1 or layer1.0.conv2 or layer1.1.conv1?",
            })
    void anUnknownModuleIsRefusedByNamingTheNearest(String unknown, String question) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> network.modules().get(new ModulePath(unknown)))
                .withMessage("no module '" + unknown + "'; " + question);
    }

    @Test
    void whereNoNameIsNearAllAreNamed() {
        assertThat(network.modules().nearest(new ModulePath("qqqqq")))
                .startsWith("the network has conv1, layer1.0.conv1, ")
                .endsWith(", linear");
    }

    @Test
    void sameSeedGivesTheSameStartAndAnotherSeedAnother() {
        // When
        try (StateDict one = network.initialize(Seed.of(1), manager);
                StateDict again = network.initialize(Seed.of(1), manager);
                StateDict other = network.initialize(Seed.of(2), manager)) {
            // Then
            assertThat(one.get("conv1.weight").toFloatArray())
                    .containsExactly(again.get("conv1.weight").toFloatArray())
                    .isNotEqualTo(other.get("conv1.weight").toFloatArray());
        }
    }

    @Test
    void theStartHasPyTorchsDistribution() {
        // When
        try (StateDict fresh =
                ReferenceNumbers.network(Architecture.RESNET18, 16, 10).initialize(Seed.of(1), manager)) {
            // Then: uniform in ±1/√(fan in), whose variance is a third of the bound squared
            double bound = 1 / Math.sqrt(128 * 9);
            float[] convolution = fresh.get("layer4.1.conv2.weight").toFloatArray();
            double squares = 0;
            for (float weight : convolution) {
                assertThat(Math.abs(weight)).isLessThanOrEqualTo((float) bound);
                squares += weight * (double) weight;
            }
            assertThat(squares / convolution.length).isCloseTo(bound * bound / 3, within(0.01 * bound * bound));
            for (float bias : fresh.get("linear.bias").toFloatArray()) {
                assertThat(Math.abs(bias)).isBetween(1e-9f, (float) (1 / Math.sqrt(128)));
            }
            assertThat(fresh.get("bn1.running_var").toFloatArray()).containsOnly(1);
            assertThat(fresh.get("bn1.bias").toFloatArray()).containsOnly(0);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 17, 32, 64})
    void takesImagesOfAnySize(int size) {
        // Given
        ImageBatch batch = ReferenceNumbers.batch(manager, 2, size, 10, 1);
        // When
        NDArray logits = network.classifier(weights).logits(batch.images());
        // Then
        assertThat(logits.getShape().getShape()).containsExactly(2, 10);
    }

    @Test
    void anExchangedWeightCountsForOneCallOnly() {
        // Given
        ImageBatch batch = ReferenceNumbers.batch(manager, 2, 16, 10, 1);
        float[] before = network.classifier(weights).logits(batch.images()).toFloatArray();
        NDArray zero = weights.get("linear.weight").zerosLike();
        // When
        float[] exchanged = network.logits(
                        weights.with("linear.weight", zero), batch.images(), BatchNormMode.RUNNING_STATISTICS)
                .toFloatArray();
        // Then: only the bias is left
        assertThat(exchanged).startsWith(weights.get("linear.bias").toFloatArray());
        assertThat(network.classifier(weights).logits(batch.images()).toFloatArray())
                .containsExactly(before);
    }

    @Test
    void evaluationMovesNoTensor() {
        // Given
        ImageBatch batch = ReferenceNumbers.batch(manager, 4, 16, 10, 1);
        StateDict before = weights.copy(manager);
        // When
        network.classifier(weights).logits(batch.images());
        // Then
        for (String name : weights.names()) {
            assertThat(weights.get(name).contentEquals(before.get(name)))
                    .as(name)
                    .isTrue();
        }
    }

    @Test
    void theGradientIsTheSlopeOfTheLoss() {
        // Given: at a fixed direction d, (loss(w + hd) − loss(w − hd)) / 2h must be the gradient along d
        ImageBatch batch = ReferenceNumbers.batch(manager, 4, 16, 10, 1);
        for (String name :
                List.of("conv1.weight", "layer2.0.shortcut.0.weight", "layer3.1.bn1.bias", "linear.weight")) {
            NDArray weight = weights.get(name);
            NDArray direction = ReferenceNumbers.of(11).tensor(manager, weight.getShape(), 1, 0);
            double slope;
            // When
            try (Gradients gradients = Gradients.of(manager, weights, List.of(name), w -> loss(w, batch))) {
                slope = gradients.get(name).mul(direction).sum().toFloatArray()[0];
            }
            double step = 3e-4;
            double above = loss(weights.with(name, weight.add(direction.mul(step))), batch)
                    .toFloatArray()[0];
            double below = loss(weights.with(name, weight.sub(direction.mul(step))), batch)
                    .toFloatArray()[0];
            // Then: float32 losses of about 2 differ by 2e-7 at best, which over 2h is 4e-4; ReLU's kinks add to it
            assertThat((above - below) / (2 * step)).as(name).isCloseTo(slope, within(0.02 * Math.abs(slope) + 2e-3));
        }
    }

    @Test
    void gradientsOfOneCallDoNotAddToThoseOfTheNext() {
        // Given
        ImageBatch batch = ReferenceNumbers.batch(manager, 4, 16, 10, 1);
        // When
        float[] first = gradient(batch);
        float[] second = gradient(batch);
        // Then
        assertThat(second).containsExactly(first);
        assertThat(weights.get("conv1.weight").hasGradient()).isFalse();
    }

    @Test
    void aGradientLeavesNoArrayBehind() {
        // Given
        ImageBatch batch = ReferenceNumbers.batch(manager, 4, 16, 10, 1);
        int before = manager.getManagedArrays().size();
        // When
        try (Gradients gradients = Gradients.of(manager, weights, network.parameters(), w -> {
            try (NDManager scope = manager.newSubManager()) {
                scope.tempAttachAll(batch.images(), batch.labels());
                NDArray loss = loss(w, batch);
                loss.attach(manager);
                return loss;
            }
        })) {
            assertThat(gradients.all()).hasSize(62);
        }
        // Then
        assertThat(manager.getManagedArrays()).hasSize(before);
    }

    @Test
    void aForwardPassLeavesItsLogitsAlone() {
        // Given
        ImageBatch batch = ReferenceNumbers.batch(manager, 4, 16, 10, 1);
        int before = manager.getManagedArrays().size();
        // When
        network.classifier(weights).logits(batch.images());
        // Then
        assertThat(manager.getManagedArrays()).hasSize(before + 1);
    }

    private float[] gradient(ImageBatch batch) {
        try (Gradients gradients = Gradients.of(manager, weights, List.of("conv1.weight"), w -> loss(w, batch))) {
            return gradients.get("conv1.weight").toFloatArray();
        }
    }

    private NDArray loss(Weights candidate, ImageBatch batch) {
        return CrossEntropy.mean(
                network.logits(candidate, batch.images(), BatchNormMode.RUNNING_STATISTICS), batch.labels());
    }
}
