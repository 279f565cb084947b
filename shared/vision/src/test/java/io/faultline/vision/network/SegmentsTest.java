package io.faultline.vision.network;

import static io.faultline.vision.network.ReferenceNumbers.relativeError;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.faultline.recipe.Architecture;
import io.faultline.recipe.ModulePath;
import io.faultline.recipe.Normalization;
import io.faultline.recipe.Seed;
import io.faultline.vision.ComputeDevice;
import io.faultline.vision.batch.ImageBatch;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every architecture promises, in its forms for small and for large images. */
class SegmentsTest {
    // folding a batch norm reorders float32 operations, each of which rounds by 6e-8
    private static final double ROUNDING = 1e-5;
    private static final int CLASSES = 3;

    private final NDManager manager = ComputeDevice.open("cpu");

    @AfterEach
    void close() {
        manager.close();
    }

    static Stream<NetworkSpec> everyNetwork() {
        return Stream.of(Architecture.values()).flatMap(architecture -> Stream.of(32, 96)
                .map(size -> new NetworkSpec(
                        architecture, width(architecture), depth(architecture), size, CLASSES, Normalization.NONE)));
    }

    private static int width(Architecture architecture) {
        return switch (architecture) {
            case DEIT_TINY, DEIT_SMALL -> 12;
            default -> 2;
        };
    }

    private static Integer depth(Architecture architecture) {
        return switch (architecture) {
            case WRN28_10, WRN34_10 -> 10;
            case DEIT_TINY, DEIT_SMALL -> 2;
            default -> null;
        };
    }

    private ImageBatch batch(NetworkSpec spec) {
        return ReferenceNumbers.batch(manager, 2, spec.imageSize(), CLASSES, 1);
    }

    @ParameterizedTest
    @MethodSource("everyNetwork")
    void cutBeforeEachModuleTheTwoPartsAreTheWholeNetwork(NetworkSpec spec) {
        // Given
        NormalizedNetwork network = NormalizedNetwork.of(spec);
        StateDict weights = ReferenceNumbers.weights(network, 1, manager);
        FoldedNetwork folded = network.folded(weights, manager);
        NDArray images = batch(spec).images();
        for (NamedModule module : network.modules().modules()) {
            try (NDManager scope = manager.newSubManager()) {
                int segment = network.segmentOf(module.path());
                NDArray entering = segment == 0 ? images : folded.run(0, segment, images);
                NDArray moved = weights.get(module.weight()).mul(1.5f);
                moved.attach(scope);
                CutNetwork cut = folded.cutBefore(module);

                // When
                NDList kept = cut.before(entering);
                NDArray logits = cut.logits(kept, moved);

                // Then
                assertThat(logits.getManager()).isSameAs(manager);
                assertThat(logits.toFloatArray())
                        .as("%s", module)
                        .isEqualTo(folded.with(module.weight(), moved)
                                .logits(images)
                                .toFloatArray());
                assertThat(cut.logits(kept, weights.get(module.weight())).toFloatArray())
                        .isNotEqualTo(logits.toFloatArray());
            }
        }
    }

    @Test
    void theFirstPartOfACutReachesIntoABlockAndToTheHead() {
        // Given
        NormalizedNetwork network =
                NormalizedNetwork.of(new NetworkSpec(Architecture.RESNET18, 2, CLASSES, Normalization.NONE));
        FoldedNetwork folded = network.folded(ReferenceNumbers.weights(network, 1, manager), manager);
        NDArray images = batch(network.spec()).images();

        // When
        NDArray entering = folded.run(0, 2, images);
        NDList first = cut(folded, "layer1.1.conv1").before(entering);
        NDList second = cut(folded, "layer1.1.conv2").before(entering);
        NDList head = cut(folded, "linear").before(folded.run(0, 9, images));

        // Then
        assertThat(first).as("conv1 and the shortcut read the same").hasSize(2).allMatch(array -> array == entering);
        assertThat(second.get(0)).isNotSameAs(entering);
        assertThat(second.get(1)).isSameAs(entering);
        assertThat(head.singletonOrThrow().getShape().getShape()).containsExactly(2, 16);
    }

    private static CutNetwork cut(FoldedNetwork folded, String module) {
        return folded.cutBefore(new NamedModule(new ModulePath(module), NamedModule.Kind.CONVOLUTION, 1));
    }

    @ParameterizedTest
    @MethodSource("everyNetwork")
    void segmentsOneByOneAreTheWholeNetwork(NetworkSpec spec) {
        // Given
        NormalizedNetwork network = NormalizedNetwork.of(spec);
        StateDict weights = ReferenceNumbers.weights(network, 1, manager);
        FoldedNetwork folded = network.folded(weights, manager);
        NDArray images = batch(spec).images();
        NDArray activation = images;
        NDArray foldedActivation = images;
        // When
        for (int i = 0; i < network.segments().size(); i++) {
            activation = network.run(i, i + 1, weights, activation, BatchNormMode.RUNNING_STATISTICS);
            foldedActivation = folded.run(i, i + 1, foldedActivation);
        }
        // Then
        float[] logits = network.classifier(weights).logits(images).toFloatArray();
        assertThat(activation.toFloatArray()).containsExactly(logits);
        assertThat(foldedActivation.toFloatArray())
                .containsExactly(folded.logits(images).toFloatArray());
        assertThat(relativeError(foldedActivation.toFloatArray(), logits)).isLessThan(ROUNDING);
    }

    @ParameterizedTest
    @MethodSource("everyNetwork")
    void everyModuleIsInTheSegmentThatReadsIt(NetworkSpec spec) {
        // Given
        NormalizedNetwork network = NormalizedNetwork.of(spec);
        StateDict weights = ReferenceNumbers.weights(network, 1, manager);
        int last = 0;
        int middle = network.segments().size() / 2;
        Set<String> later = new HashSet<>();
        for (NamedModule module : network.modules().modules()) {
            // When
            int segment = network.segmentOf(module.path());
            // Then
            assertThat(segment).as(module.path().name()).isBetween(last, last + 1);
            last = segment;
            if (segment >= middle) {
                later.add(module.weight());
            }
        }
        assertThat(last).isEqualTo(network.segments().size() - 1);
        // a pass that stops before a segment asks for none of its tensors
        Weights before = name -> {
            assertThat(later).doesNotContain(name);
            return weights.get(name);
        };
        network.run(0, middle, before, batch(spec).images(), BatchNormMode.RUNNING_STATISTICS);
    }

    @ParameterizedTest
    @MethodSource("everyNetwork")
    void aKeptActivationGivesTheSameGradientAsTheWholeNetwork(NetworkSpec spec) {
        // Given
        NormalizedNetwork network = NormalizedNetwork.of(spec);
        StateDict weights = ReferenceNumbers.weights(network, 1, manager);
        FoldedNetwork folded = network.folded(weights, manager);
        ImageBatch batch = batch(spec);
        List<NamedModule> modules = network.modules().modules();
        int end = network.segments().size();
        for (NamedModule module :
                List.of(modules.get(0), modules.get(modules.size() / 2), modules.get(modules.size() - 1))) {
            int segment = network.segmentOf(module.path());
            List<String> name = List.of(module.weight());
            NDArray kept = segment == 0 ? batch.images() : folded.run(0, segment, batch.images());
            try (Gradients whole = Gradients.of(
                            manager,
                            weights,
                            name,
                            w -> CrossEntropy.mean(
                                    network.logits(w, batch.images(), BatchNormMode.RUNNING_STATISTICS),
                                    batch.labels()));
                    // When
                    Gradients part = Gradients.of(
                            manager,
                            weights,
                            name,
                            w -> CrossEntropy.mean(
                                    folded.with(module.weight(), w.get(module.weight()))
                                            .run(segment, end, kept),
                                    batch.labels()))) {
                // Then
                assertThat(relativeError(
                                part.get(module.weight()).toFloatArray(),
                                whole.get(module.weight()).toFloatArray()))
                        .as(module.path().name())
                        .isLessThan(ROUNDING);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("everyNetwork")
    void weightsComeBackFromAFileBitForBit(NetworkSpec spec) throws IOException {
        // Given
        NormalizedNetwork network = NormalizedNetwork.of(spec);
        ByteArrayOutputStream first = new ByteArrayOutputStream();
        ByteArrayOutputStream second = new ByteArrayOutputStream();
        try (Checkpoint written = new Checkpoint(network, network.initialize(Seed.of(3), manager))) {
            written.writeTo(first, Map.of());
            // When
            try (Checkpoint read = Checkpoint.read(new ByteArrayInputStream(first.toByteArray()), manager)) {
                read.writeTo(second, Map.of());
                // Then
                assertThat(read.network().spec()).isEqualTo(spec);
                assertThat(read.state().names())
                        .containsExactlyElementsOf(written.state().names());
                assertThat(read.state().names())
                        .containsExactlyElementsOf(network.tensors().keySet());
            }
        }
        assertThat(second.toByteArray()).isEqualTo(first.toByteArray());
    }

    @ParameterizedTest
    @MethodSource("everyNetwork")
    void noArrayIsLeftBehind(NetworkSpec spec) {
        // Given
        NormalizedNetwork network = NormalizedNetwork.of(spec);
        StateDict weights = ReferenceNumbers.weights(network, 1, manager);
        ImageBatch batch = batch(spec);
        try (NDManager fold = manager.newSubManager()) {
            FoldedNetwork folded = network.folded(weights, fold);
            int before = manager.getManagedArrays().size();
            int folds = fold.getManagedArrays().size();
            // When
            network.logits(weights, batch.images(), BatchNormMode.BATCH_STATISTICS)
                    .close();
            network.logits(weights, batch.images(), BatchNormMode.RUNNING_STATISTICS)
                    .close();
            folded.logits(batch.images()).close();
            // Then
            assertThat(manager.getManagedArrays().size()).isEqualTo(before);
            assertThat(fold.getManagedArrays().size()).isEqualTo(folds);
        }
    }

    @Test
    void refusesSegmentsThatAreNotThere() {
        NormalizedNetwork network = ReferenceNumbers.network(Architecture.RESNET18, 2, CLASSES);
        StateDict weights = ReferenceNumbers.weights(network, 1, manager);
        NDArray images = ReferenceNumbers.batch(manager, 1, 8, CLASSES, 1).images();
        assertThat(network.segments())
                .startsWith("stem", "layer1.0")
                .endsWith("layer4.1", "linear")
                .hasSize(10);
        assertThat(network.segmentOf(new ModulePath("layer2.1.conv2"))).isEqualTo(4);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> network.run(3, 3, weights, images, BatchNormMode.RUNNING_STATISTICS))
                .withMessageContaining("segments 3 to 3")
                .withMessageContaining("0 to 10");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> network.run(0, 11, weights, images, BatchNormMode.RUNNING_STATISTICS));
    }

    @Test
    void saysWhichImagesANetworkTakes() {
        // Given
        NormalizedNetwork deit =
                NormalizedNetwork.of(new NetworkSpec(Architecture.DEIT_TINY, 6, 1, 32, CLASSES, Normalization.NONE));
        NormalizedNetwork vgg =
                NormalizedNetwork.of(new NetworkSpec(Architecture.VGG16_BN, 2, CLASSES, Normalization.NONE));
        NDArray images = ReferenceNumbers.batch(manager, 1, 24, CLASSES, 1).images();
        StateDict deitWeights = deit.initialize(Seed.of(1), manager);
        StateDict vggWeights = vgg.initialize(Seed.of(1), manager);
        // Then
        assertThatIllegalArgumentException()
                .isThrownBy(() -> deit.classifier(deitWeights).logits(images))
                .withMessageContaining("images are 24×24")
                .withMessageContaining("32×32");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> vgg.classifier(vggWeights).logits(images))
                .withMessageContaining("larger images");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NormalizedNetwork.of(
                        new NetworkSpec(Architecture.VGG16_BN, 2, null, 16, CLASSES, Normalization.NONE)))
                .withMessageContaining("imageSize is 16")
                .withMessageContaining("at least 32");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NormalizedNetwork.of(
                        new NetworkSpec(Architecture.DEIT_TINY, 6, null, 100, CLASSES, Normalization.NONE)))
                .withMessageContaining("multiple of 16");
    }
}
