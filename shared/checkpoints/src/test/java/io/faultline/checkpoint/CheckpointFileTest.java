package io.faultline.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.management.ThreadMXBean;
import io.faultline.recipe.Normalization;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against files that PyTorch 2.13.0 wrote, by src/test/python/checkpoints.py. */
class CheckpointFileTest {
    private static final Map<String, Map<String, Safetensors.Tensor>> EXPECTED = expected();

    static Stream<String> cases() {
        return EXPECTED.keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void readsTheNumbersThatPyTorchWrote(String name) {
        // When
        CheckpointFile read =
                name.equals("ema") ? CheckpointFile.read(good(name), "ema") : CheckpointFile.read(good(name));
        // Then
        assertSameTensors(read.tensors(), EXPECTED.get(name));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void readsTheSameFromMemory(String name) throws IOException {
        // Given
        byte[] file = Files.readAllBytes(good(name));
        // When
        CheckpointFile read = name.equals("ema") ? CheckpointFile.read(file, "ema") : CheckpointFile.read(file);
        // Then
        assertSameTensors(read.tensors(), EXPECTED.get(name));
    }

    @ParameterizedTest
    @CsvSource({"views", "legacy-views"})
    void namesOfOneTensorShareItsNumbers(String name) {
        // When
        Map<String, Safetensors.Tensor> tensors =
                CheckpointFile.read(good(name)).tensors();
        // Then
        assertThat(tensors.get("again").bytes()).isSameAs(tensors.get("same").bytes());
        assertThat(tensors.get("transposed").bytes())
                .isNotSameAs(tensors.get("same").bytes());
    }

    @Test
    void readsSafetensorsOfEveryKind() {
        // When
        CheckpointFile read = CheckpointFile.read(good("kinds.safetensors"));
        // Then
        assertThat(read.layout().format()).isEqualTo(CheckpointFormat.SAFETENSORS);
        assertThat(read.layout().prefixes()).containsExactly("module.");
        assertThat(read.metadata()).isEqualTo(Map.of("format", "pt"));
        assertThat(read.tensors().get("f16").floats()).containsExactly(0.333251953125f, -2);
        assertThat(read.tensors().get("bf16").floats()).containsExactly(0.333984375f, -2);
        assertThat(read.tensors().get("f64").floats()).containsExactly(1 / 3f, -2);
        assertThat(read.tensors().get("i32").longs()).containsExactly(-5, 1 << 30);
        assertThat(read.tensors().get("u8").longs()).containsExactly(5, 255);
        assertThat(read.tensors().get("bool").longs()).containsExactly(1, 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"pth", "safetensors"})
    void readingTakesTheMemoryOfTheTensorsOnce(String ending, @TempDir Path directory) throws IOException {
        // Given
        Map<String, Safetensors.Tensor> tensors = new LinkedHashMap<>();
        for (int i = 0; i < 4; i++) {
            tensors.put("layer" + i + ".weight", Safetensors.Tensor.of(new float[1 << 20], List.of(1024L, 1024L)));
        }
        Path file = directory.resolve("large." + ending);
        try (OutputStream out = Files.newOutputStream(file)) {
            if (ending.equals("pth")) {
                TorchArchive.write(tensors, out);
            } else {
                new Safetensors(Map.of(), tensors).writeTo(out);
            }
        }
        ThreadMXBean memory = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = memory.getCurrentThreadAllocatedBytes();
        // When
        CheckpointFile read = CheckpointFile.read(file);
        // Then
        assertThat(read.tensors()).hasSize(4);
        // the tensors take 16 MiB; beside them blocks of a mebibyte, and what the JVM takes on the first call
        assertThat(memory.getCurrentThreadAllocatedBytes() - before).isLessThan(24 << 20);
    }

    @Nested
    class Layout {
        @ParameterizedTest(name = "{0}")
        @CsvSource({
            "zip, TORCH_ARCHIVE, '', ''",
            "legacy, TORCH_LEGACY, '', ''",
            "module, TORCH_ARCHIVE, '', module.",
            "module-orig-mod, TORCH_ARCHIVE, '', module._orig_mod.",
            "training, TORCH_ARCHIVE, net, ''",
            "legacy-training, TORCH_LEGACY, net, ''",
            "list-of-parameters, TORCH_ARCHIVE, params, ''",
            "same-twice, TORCH_ARCHIVE, model, ''",
            "model-and-ema, TORCH_ARCHIVE, model.state_dict, ''",
            "normalized, TORCH_ARCHIVE, model_state_dict, model.",
            "sequential, TORCH_ARCHIVE, '', 1.",
            "sequential-module, TORCH_ARCHIVE, '', module.1."
        })
        void saysWhatLayAroundTheWeights(String name, CheckpointFormat format, String stateDict, String prefixes) {
            // When
            CheckpointLayout layout = CheckpointFile.read(good(name)).layout();
            // Then
            assertThat(layout.format()).isEqualTo(format);
            assertThat(layout.stateDict()).isEqualTo(stateDict);
            assertThat(String.join("", layout.prefixes())).isEqualTo(prefixes);
        }

        @ParameterizedTest
        @CsvSource({"training", "training-protocol4", "legacy-training"})
        void numbersBesideTheWeightsAreMetadata(String name) {
            // When
            CheckpointFile read = CheckpointFile.read(good(name));
            // Then
            assertThat(read.metadata())
                    .isEqualTo(
                            Map.of("acc", "93.25", "best", "94.5", "correct", "9450", "epoch", "199", "name", "wrn"));
            assertThat(read.layout().ignored())
                    .containsExactly("args", "averages", "milestones", "optimizer", "rng", "scheduler", "size");
            assertThat(read.layout().description())
                    .endsWith(": the state dict is 'net'; not read: args, averages, milestones, optimizer, rng,"
                            + " scheduler, size");
        }

        @Test
        void aStateDictMayHaveNumbersAmongItsTensors() {
            // When
            CheckpointFile read = CheckpointFile.read(good("beside"));
            // Then
            assertThat(read.metadata()).isEqualTo(Map.of("epoch", "3", "note", "x"));
            assertThat(read.layout().ignored()).containsExactly("extra");
        }

        @ParameterizedTest
        @CsvSource({"sequential, 0.mean, 0.std", "sequential-module, module.0.mean, module.0.std"})
        void theNormalizationOfASequentialIsFound(String name, String mean, String deviation) {
            // When
            CheckpointLayout layout = CheckpointFile.read(good(name)).layout();
            // Then
            assertThat(layout.normalizationBuffers().keySet()).containsExactly(mean, deviation);
            assertThat(layout.normalization()).contains(Normalization.CIFAR10);
        }

        @Test
        void oneNumberNormalizesAllChannels() {
            // When
            CheckpointLayout layout = CheckpointFile.read(good("normalized")).layout();
            // Then
            assertThat(layout.normalization())
                    .contains(new Normalization(List.of(0.5, 0.5, 0.5), List.of(0.25, 0.25, 0.25)));
        }

        @Test
        void aPlainStateDictHasNoNormalization() {
            assertThat(CheckpointFile.read(good("zip")).layout().normalization())
                    .isEmpty();
        }
    }

    @Nested
    class SeveralStateDicts {
        @Test
        void areRefusedWithTheirNames() {
            assertThatExceptionOfType(InvalidCheckpointException.class)
                    .isThrownBy(() -> CheckpointFile.read(good("several")))
                    .withMessageContaining("the state dicts 'model', 'state_dict', more than one");
        }

        @Test
        void areChosenByName() {
            // When
            CheckpointFile read = CheckpointFile.read(good("several"), "model");
            // Then
            assertThat(read.layout().stateDict()).isEqualTo("model");
            assertSameTensors(read.tensors(), EXPECTED.get("zip"));
        }

        @Test
        void aMovingAverageIsTakenByNameOnly() {
            assertThatExceptionOfType(InvalidCheckpointException.class)
                    .isThrownBy(() -> CheckpointFile.read(good("ema")))
                    .withMessageContaining("'ema', none under a usual name [model, model_state");
        }

        @Test
        void aNameThatIsNotThereIsRefusedWithThoseThatAre() {
            assertThatExceptionOfType(InvalidCheckpointException.class)
                    .isThrownBy(() -> CheckpointFile.read(good("model-and-ema"), "net"))
                    .withMessageContaining("no state dict 'net'; it has 'ema', 'model.state_dict'");
        }

        @Test
        void safetensorsHaveNoNames() {
            assertThatExceptionOfType(InvalidCheckpointException.class)
                    .isThrownBy(() -> CheckpointFile.read(good("kinds.safetensors"), "ema"))
                    .withMessageContaining("without a name; asked for 'ema'");
        }
    }

    private static Path good(String name) {
        return CheckpointSamples.file("good/" + (name.contains(".") ? name : name + ".pth"));
    }

    private static void assertSameTensors(
            Map<String, Safetensors.Tensor> actual, Map<String, Safetensors.Tensor> expected) {
        assertThat(actual.keySet()).containsExactlyElementsOf(expected.keySet());
        expected.forEach((name, tensor) -> {
            assertThat(actual.get(name).type()).as(name).isEqualTo(tensor.type());
            assertThat(actual.get(name).shape()).as(name).isEqualTo(tensor.shape());
            assertThat(actual.get(name).bytes()).as(name).isEqualTo(tensor.bytes());
        });
    }

    private static Map<String, Map<String, Safetensors.Tensor>> expected() {
        Map<String, Map<String, Safetensors.Tensor>> cases = new LinkedHashMap<>();
        Safetensors.read(CheckpointSamples.file("good/expected.safetensors"))
                .tensors()
                .forEach((name, tensor) -> {
                    int slash = name.indexOf('/');
                    cases.computeIfAbsent(name.substring(0, slash), fresh -> new LinkedHashMap<>())
                            .put(name.substring(slash + 1), tensor);
                });
        return cases;
    }
}
