package io.faultline.vision.network;

import static io.faultline.vision.network.ReferenceNumbers.golden;
import static io.faultline.vision.network.ReferenceNumbers.relativeError;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.faultline.checkpoint.Safetensors;
import io.faultline.json.FaultlineJson;
import io.faultline.recipe.Architecture;
import io.faultline.recipe.Normalization;
import io.faultline.vision.ComputeDevice;
import io.faultline.vision.batch.ImageBatch;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Against golden_networks.py's networks, written by PyTorch 2.13.0 in float64. */
class ArchitecturesGoldenTest {
    // the reference is float64, so this is what float32 loses over up to two hundred layers and back
    private static final double TOLERANCE = 1e-4;
    // gradients under this share of the largest are compared with that share
    private static final double NEGLIGIBLE = 1e-3;
    // those under this share are zero but for rounding, as that of a bias before a batch norm, and are compared with
    // the largest
    private static final double ZERO = 1e-10;
    private static final int DIRECTIONS = 8;

    @ParameterizedTest(name = "{0} of {1} px")
    @CsvSource({
        // architecture, image size of the form, size of the images, width, depth, images, classes
        "RESNET18,          224,  48,  2,   ,  4,  5",
        "RESNET50,           32,  16,  4,   ,  8, 10",
        "RESNET50,          224,  64,  2,   ,  8,  5",
        "WRN28_10,           32,  16,  4, 16,  8, 10",
        "WRN34_10,           64,  16, 16, 10,  8, 10",
        "VGG16_BN,           32,  32,  2,   ,  8, 10",
        "VGG16_BN,           64,  64,  1,   ,  4, 10",
        "VGG16_BN,          224,  96,  1,   ,  4,  5",
        "DENSENET121,        32,  16,  2,   ,  8, 10",
        "DENSENET121,       224,  48,  2,   ,  8,  5",
        "MOBILENET_V2,       32,  16,  4,   , 16, 10",
        "MOBILENET_V2,      224,  64,  4,   ,  8,  5",
        "EFFICIENTNET_V2_S,  64,  64,  3,   ,  8, 10",
        "DEIT_TINY,          32,  32, 12,  3,  4, 10",
        "DEIT_SMALL,         64,  64, 12,  2,  4, 10",
        "DEIT_TINY,         224, 224,  6,  2,  2,  5"
    })
    void equalsPyTorch(
            Architecture architecture, int size, int pixels, int width, Integer depth, int images, int classes) {
        // Given
        Map<String, Safetensors.Tensor> expected = golden("networks/" + architecture.wireName() + "-" + size);
        NormalizedNetwork network =
                NormalizedNetwork.of(new NetworkSpec(architecture, width, depth, size, classes, Normalization.CIFAR10));
        try (NDManager manager = ComputeDevice.open("cpu")) {
            ImageBatch batch = ReferenceNumbers.batch(manager, images, pixels, classes, 2);
            StateDict weights = weights(network, expected.get("eval.seed"), manager);
            // When
            float[] folded =
                    network.folded(weights, manager).logits(batch.images()).toFloatArray();
            // Then
            assertThat(relativeError(folded, expected.get("eval.logits").floats()))
                    .as("logits with batch norms folded")
                    .isLessThan(TOLERANCE);
            equalsPyTorch(network, weights, batch, BatchNormMode.RUNNING_STATISTICS, expected, "eval.");
            if (expected.containsKey("train.seed")) {
                StateDict trained = weights(network, expected.get("train.seed"), manager);
                equalsPyTorch(network, trained, batch, BatchNormMode.BATCH_STATISTICS, expected, "train.");
                List<float[]> moved = network.buffers().stream()
                        .filter(buffer -> !buffer.endsWith("num_batches_tracked"))
                        .map(buffer -> trained.get(buffer).toFloatArray())
                        .toList();
                equalsSketch("statistic", moved, expected.get("train.buffers"), expected.get("train.bufferNorms"));
            }
        }
    }

    private static StateDict weights(NormalizedNetwork network, Safetensors.Tensor seed, NDManager manager) {
        return ReferenceNumbers.weights(network, seed.longs()[0], manager);
    }

    private static void equalsPyTorch(
            NormalizedNetwork network,
            StateDict weights,
            ImageBatch batch,
            BatchNormMode mode,
            Map<String, Safetensors.Tensor> expected,
            String prefix) {
        List<String> differentiated = new ArrayList<>(List.of("images"));
        differentiated.addAll(network.parameters());
        float[][] logits = new float[1][];
        try (Gradients gradients =
                Gradients.of(batch.images().getManager(), weights.with("images", batch.images()), differentiated, w -> {
                    NDArray answer = network.logits(w, w.get("images"), mode);
                    logits[0] = answer.toFloatArray();
                    return CrossEntropy.mean(answer, batch.labels());
                })) {
            assertThat(relativeError(logits[0], expected.get(prefix + "logits").floats()))
                    .as(prefix + "logits")
                    .isLessThan(TOLERANCE);
            List<float[]> all =
                    gradients.all().values().stream().map(NDArray::toFloatArray).toList();
            equalsSketch(prefix + "gradient", all, expected.get(prefix + "gradients"), expected.get(prefix + "norms"));
        }
    }

    private static void equalsSketch(
            String what, List<float[]> actual, Safetensors.Tensor products, Safetensors.Tensor norms) {
        assertThat(actual).hasSize(norms.floats().length);
        double largest = 0;
        for (float norm : norms.floats()) {
            largest = Math.max(largest, norm);
        }
        List<String> apart = new ArrayList<>();
        for (int i = 0; i < actual.size(); i++) {
            float[] ofTensor = Arrays.copyOfRange(products.floats(), i * DIRECTIONS, (i + 1) * DIRECTIONS);
            double norm = norms.floats()[i];
            double scale = norm < ZERO * largest ? largest : Math.max(norm, NEGLIGIBLE * largest);
            double error = ReferenceNumbers.estimatedError(actual.get(i), ofTensor, i * DIRECTIONS) / scale;
            if (!(error < TOLERANCE)) {
                apart.add(what + " " + i + " of norm " + norm + " is off by " + error);
            }
        }
        assertThat(apart).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void theFullNetworkHasPyTorchsStateDictAndParameters(Architecture architecture) throws IOException {
        Map<?, ?> expected = full();
        for (int size : new int[] {32, 64, 224}) {
            // When
            NormalizedNetwork network = NormalizedNetwork.of(
                    new NetworkSpec(architecture, architecture.defaultWidth(), null, size, 10, Normalization.CIFAR10));
            // Then
            Map<?, ?> reference = (Map<?, ?>) expected.get(architecture.wireName() + "-" + size);
            assertThat(network.parameterCount())
                    .as(size + " px")
                    .isEqualTo(((Number) reference.get("parameters")).longValue());
            assertThat(digest(network)).as(size + " px").isEqualTo(reference.get("stateDict"));
        }
    }

    private static Map<?, ?> full() throws IOException {
        try (InputStream in = ArchitecturesGoldenTest.class.getResourceAsStream("/golden/networks/full.json")) {
            return FaultlineJson.read(in.readAllBytes(), Map.class);
        }
    }

    private static String digest(NormalizedNetwork network) {
        StringBuilder lines = new StringBuilder();
        network.tensors()
                .forEach((name, shape) ->
                        lines.append(name).append(' ').append(shape).append('\n'));
        try {
            byte[] text = lines.toString().getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
