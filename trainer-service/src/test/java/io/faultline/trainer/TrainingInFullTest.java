package io.faultline.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.artifact.ArtifactId;
import io.faultline.artifact.ArtifactKind;
import io.faultline.checkpoint.Safetensors;
import io.faultline.dataset.ImageDataset;
import io.faultline.event.DatasetReady;
import io.faultline.json.FaultlineJson;
import io.faultline.recipe.Recipe;
import io.faultline.recipe.Seed;
import io.faultline.report.EpochReport;
import io.faultline.report.TrainingReport;
import io.faultline.testkit.TinyImages;
import io.faultline.worker.StageStoppedException;
import io.faultline.worker.WorkRejectedException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Recipes as a person writes them, trained in seconds. */
class TrainingInFullTest {
    private static final ImageDataset DATASET = TinyImages.twoClasses(Seed.of(1));
    private static final String TINY =
            "'width': 2, 'epochs': 2, 'batchSize': 8, 'validationFraction': 0.25, 'sgd': {'learningRate': 0.05, 'clipNorm': 5}, "
                    + "'attack': {'steps': 2}, 'evaluationAttack': {'steps': 2}, 'augmentation': {'cropPadding': 1}";

    private final ClassifierTraining stage = new ClassifierTraining(TinyJobs.onCpu(Duration.ofSeconds(30)));

    @TempDir
    Path directory;

    private RecordedContext context;

    @BeforeEach
    void openStore() {
        context = new RecordedContext(directory);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'objective': 'trades'",
                "'objective': 'mart'",
                "'objective': 'score'",
                "'objective': 'dat', 'loss': {'deconvolution': {'size': 3, 'steps': 2}}",
                "'objective': 'at', 'loss': {'weightPerturbation': {}, 'labelSmoothing': 0.1}",
                "'objective': 'erm', 'loss': {'orthogonality': 1e-3}, 'schedule': {'kind': 'one-cycle'}",
                "'adamW': {}, 'sgd': null, 'schedule': {'kind': 'cosine', 'warmupEpochs': 1}, 'accumulation': 2, 'averaging': 0.5",
                "'augmentation': {'mixup': {}, 'autoAugment': true, 'cutout': {'size': 4}}",
                "'augmentation': {'cutmix': {'probability': 1}, 'noise': {'sigma': 0.1}, 'blur': {}}",
                "'augmentation': {'grey': true, 'sharpening': {}, 'frequencies': {}, 'warping': {}, 'cropBorder': 'reflect'}",
                "'architecture': 'wrn28-10', 'width': 4, 'depth': 10",
                "'architecture': 'mobilenet-v2', 'width': 4",
                "'architecture': 'deit-tiny', 'width': 6, 'depth': 1, 'adamW': {}, 'sgd': null"
            })
    void everyRegimeEndsInFiguresOfTheTestSplit(String regime) {
        TrainingReport report = stage.run(ready(regime), context);

        assertThat(report.epochs()).hasSize(2);
        assertThat(report.testClean().total()).isEqualTo(16);
        assertThat(report.chosenEpoch()).isEqualTo(2);
        assertThat(report.device()).isEqualTo("cpu");
        assertThat(report.suspicions()).isEmpty();
        assertThat(report.evaluation().classifier().confusion().stream()
                        .flatMap(List::stream)
                        .mapToLong(Long::longValue)
                        .sum())
                .isEqualTo(16);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'objective': 'erm'",
                "'objective': 'at'",
                "'objective': 'trades', 'loss': {'weightPerturbation': {}}, 'averaging': 0.9",
                "'objective': 'dat', 'loss': {'deconvolution': {'size': 3, 'steps': 2, 'authors': true}}",
                "'accumulation': 2, 'adamW': {}, 'sgd': null, 'selection': {'by': 'held-out'}"
            })
    void stoppedFiveTimesAtRandomPlacesItEndsInTheSameWeights(String regime) {
        // Given
        DatasetReady event = ready("'epochs': 8, " + regime);
        TrainingReport undisturbed = stage.run(event, new RecordedContext(directory));
        // a checkpoint after every step, so that five stops find five places
        ClassifierTraining careful = new ClassifierTraining(TinyJobs.onCpu(Duration.ZERO));
        SplittableRandom random = new SplittableRandom(regime.hashCode());

        // When
        for (int stop = 0; stop < 5; stop++) {
            context.stopAt(4 + random.nextInt(4));
            assertThatThrownBy(() -> careful.run(event, context)).isInstanceOf(StageStoppedException.class);
        }
        context.goOn();
        TrainingReport resumed = careful.run(event, context);

        // Then
        assertThat(resumed)
                .usingRecursiveComparison()
                .ignoringFields("epochs.seconds")
                .isEqualTo(undisturbed);
    }

    @Nested
    class ACheckpointToStartFrom {
        private TrainingReport trained;

        @BeforeEach
        void train() {
            trained = stage.run(ready("'objective': 'at'"), context);
        }

        @Test
        void isMeasuredAsItIsByARecipeWithoutEpochs() {
            TrainingReport report = stage.run(
                    ready("'objective': 'at', 'epochs': 0, 'start': " + start("'stated': {'clean': 1, 'robust': 0}")),
                    fresh());

            assertThat(report.epochs()).isEmpty();
            assertThat(report.chosenEpoch()).isZero();
            assertThat(report.testClean()).isEqualTo(trained.testClean());
            assertThat(report.testRobust()).isEqualTo(trained.testRobust());
            assertThat(report.imported().clean()).isEqualTo(trained.testClean());
            assertThat(report.imported().verified()).isTrue();
            assertThat(report.imported().layout()).contains("safetensors");
            assertThat(tensors(report.checkpoint().id()))
                    .isEqualTo(tensors(trained.checkpoint().id()));
        }

        @Test
        void isUnverifiedWhereItMissesWhatIsStated() {
            TrainingReport report = stage.run(
                    ready("'epochs': 0, 'start': " + start("'stated': {'clean': 100, 'tolerance': 0}") + ", "
                            + "'evaluationAttack': {'steps': 1}"),
                    fresh());

            boolean perfect = trained.testClean().correct() == 16;
            assertThat(report.imported().verified()).isEqualTo(perfect);
        }

        @Test
        void movesItsLastLayerAloneWhereThatIsAsked() {
            TrainingReport report = stage.run(ready("'epochs': 1, 'start': " + start("'tuned': 'last'")), fresh());

            Map<String, ByteBuffer> before = tensors(trained.checkpoint().id());
            Map<String, ByteBuffer> after = tensors(report.checkpoint().id());
            assertThat(after.keySet()).isEqualTo(before.keySet());
            assertThat(after.keySet().stream().filter(name -> !after.get(name).equals(before.get(name))))
                    .containsExactlyInAnyOrder("linear.weight", "linear.bias");
        }

        @Test
        void startsItsLastLayerAnewWhereThatIsAsked() {
            TrainingReport report = stage.run(
                    ready("'epochs': 1, 'sgd': {'learningRate': 0}, 'start': "
                            + start("'tuned': 'last', 'freshHead': true")),
                    fresh());

            Map<String, ByteBuffer> before = tensors(trained.checkpoint().id());
            Map<String, ByteBuffer> after = tensors(report.checkpoint().id());
            assertThat(after.get("linear.weight")).isNotEqualTo(before.get("linear.weight"));
            assertThat(after.get("conv1.weight")).isEqualTo(before.get("conv1.weight"));
            assertThat(report.imported().clean()).isNull();
        }

        @Test
        void ofAnotherNetworkIsRefusedByName() {
            assertThatThrownBy(() -> stage.run(ready("'width': 4, 'start': " + start("")), fresh()))
                    .isInstanceOf(WorkRejectedException.class)
                    .hasMessageContaining(trained.checkpoint().id().toString())
                    .hasMessageContaining("'conv1.weight' is F32 [2, 3, 3, 3], expected F32 [4, 3, 3, 3]");
        }

        @Test
        void thatIsNoneIsRefused() {
            ArtifactId text = context.artifacts()
                    .write(
                            ArtifactKind.CHECKPOINT_SOURCE,
                            out -> out.write("no weights".getBytes(StandardCharsets.UTF_8)))
                    .id();

            assertThatThrownBy(() -> stage.run(ready("'start': {'checkpoint': '" + text + "'}"), fresh()))
                    .isInstanceOf(WorkRejectedException.class)
                    .hasMessageContaining(text.toString());
        }

        @Test
        void isPartOfTheFingerprint() {
            assertThat(stage.input(ready("'start': " + start(""))).artifacts())
                    .contains(trained.checkpoint().id());
        }

        private String start(String more) {
            return "{'checkpoint': '" + trained.checkpoint().id() + "'" + (more.isEmpty() ? "" : ", " + more) + "}";
        }
    }

    @Test
    void furtherMeasurementsAreMadeInPiecesThatAreKept() {
        // Given
        DatasetReady event = ready(
                "'objective': 'at', 'evaluation': {"
                        + "'autoAttack': {'iterations': 2, 'queries': 5, 'images': 8},"
                        + "'corruptions': {'corruptions': ['fog', 'pixelate'], 'severities': [1, 5]},"
                        + "'certification': {'sigma': 0.1, 'selectionSamples': 4, 'estimationSamples': 20, 'failure': 0.1, 'images': 6}}");
        TrainingReport undisturbed = stage.run(event, new RecordedContext(directory));

        // When
        int stops = 0;
        TrainingReport report = null;
        while (report == null) {
            context.stopAt(12 + 6 * stops);
            try {
                report = stage.run(event, context);
            } catch (StageStoppedException stopped) {
                stops++;
            }
        }

        // Then
        assertThat(stops).isGreaterThan(1);
        assertThat(report)
                .usingRecursiveComparison()
                .ignoringFields("epochs.seconds")
                .isEqualTo(undisturbed);
        assertThat(report.evaluation().autoAttack().afterEach())
                .extracting(step -> step.attack())
                .containsExactly("apgd-ce", "apgd-t", "fab-t", "square");
        assertThat(report.evaluation().autoAttack().clean().total()).isEqualTo(8);
        assertThat(report.evaluation().corruptions().cells()).hasSize(4);
        assertThat(report.evaluation().certification().smoothed().total()).isEqualTo(6);
        assertThat(report.notes()).anyMatch(note -> note.contains("With 2 classes"));
    }

    @Test
    void anEpochIsChosenByRobustAccuracyOnTheHeldOutSplit() {
        TrainingReport report = stage.run(
                ready(
                        "'objective': 'at', 'epochs': 4, 'selection': {'by': 'held-out-robust', 'every': 2, 'patience': 1}"),
                context);

        assertThat(report.epochs()).extracting(EpochReport::judged).element(1).isNotNull();
        assertThat(report.epochs().get(0).judged()).isNull();
        EpochReport chosen = report.epochs().get(report.chosenEpoch() - 1);
        assertThat(report.epochs().stream().filter(epoch -> epoch.judged() != null))
                .allMatch(epoch -> epoch.judged().correct() <= chosen.judged().correct());
        assertThat(report.notes()).isEmpty();
    }

    @Test
    void aChoiceOnTheTestSplitIsMarked() {
        TrainingReport report = stage.run(ready("'selection': {'by': 'test'}"), context);

        assertThat(report.notes()).anyMatch(note -> note.contains("chosen by accuracy on the test split"));
        EpochReport chosen = report.epochs().get(report.chosenEpoch() - 1);
        assertThat(chosen.judged()).isEqualTo(report.testClean());
    }

    @Test
    void aRecipeForAGpuIsRefusedOnACpu() {
        assertThatThrownBy(() -> stage.run(ready("'device': 'gpu'"), context))
                .isInstanceOf(WorkRejectedException.class)
                .hasMessageContaining("asks for a GPU");
    }

    @Nested
    class OnTwoDevices {
        private final ClassifierTraining pair = new ClassifierTraining(TinyJobs.on("cpu,cpu", Duration.ZERO));

        @Test
        void stoppedAtRandomPlacesItEndsInTheSameWeights() {
            // Given
            DatasetReady event = ready("'objective': 'at', 'epochs': 4");
            TrainingReport undisturbed = pair.run(event, fresh());
            SplittableRandom random = new SplittableRandom(3);
            // When
            for (int stop = 0; stop < 3; stop++) {
                context.stopAt(4 + random.nextInt(4));
                assertThatThrownBy(() -> pair.run(event, context)).isInstanceOf(StageStoppedException.class);
            }
            context.goOn();
            TrainingReport resumed = pair.run(event, context);
            // Then
            assertThat(resumed)
                    .usingRecursiveComparison()
                    .ignoringFields("epochs.seconds")
                    .isEqualTo(undisturbed);
            assertThat(resumed.device()).isEqualTo("cpu,cpu");
        }

        @Test
        void aNetworkWithoutBatchNormsLearnsWhatItLearnsOnOne() {
            // Given
            DatasetReady event =
                    ready("'architecture': 'deit-tiny', 'width': 6, 'depth': 1, 'augmentation': {'mixup': {}}");
            // When
            TrainingReport two = pair.run(event, fresh());
            TrainingReport one = stage.run(event, fresh());
            // Then: to float32's rounding over the epoch's steps
            for (int epoch = 0; epoch < one.epochs().size(); epoch++) {
                assertThat(two.epochs().get(epoch).loss())
                        .isCloseTo(one.epochs().get(epoch).loss(), Percentage.withPercentage(0.01));
            }
            assertThat(two.testClean()).isEqualTo(one.testClean());
        }
    }

    /** No machine has so many GPUs. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gpu9998,gpu9999 | device is 'gpu9999'; this machine has cpu",
                "cpu,gpu0 | devices are 'cpu,gpu0', processor and GPU mixed",
                "tpu | device is 'tpu'"
            })
    void aReplicaWithWrongDevicesDoesNotStart(String device, String said) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ClassifierTraining(TinyJobs.on(device, Duration.ZERO)))
                .withMessageStartingWith("faultline.trainer.device: " + said);
    }

    private RecordedContext fresh() {
        return new RecordedContext(directory);
    }

    private Map<String, ByteBuffer> tensors(ArtifactId checkpoint) {
        try (InputStream in = context.artifacts().open(checkpoint)) {
            return Safetensors.read(in).tensors().entrySet().stream()
                    .collect(Collectors.toMap(
                            Map.Entry::getKey,
                            tensor -> ByteBuffer.wrap(tensor.getValue().bytes())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param training merged over the tiny training, in JSON with single quotes */
    private DatasetReady ready(String training) {
        try {
            var merged = FaultlineJson.mapper()
                    .readerForUpdating(FaultlineJson.mapper().readTree(("{" + TINY + "}").replace('\'', '"')))
                    .readTree(("{" + training + "}").replace('\'', '"'));
            var recipe = FaultlineJson.mapper().createObjectNode();
            recipe.putObject("dataset").put("source", "synthetic");
            recipe.set("training", merged);
            Recipe read = FaultlineJson.readRecipe(FaultlineJson.canonicalBytes(recipe));
            return TinyJobs.ready(context.jobId(), context.artifacts(), DATASET, read);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
