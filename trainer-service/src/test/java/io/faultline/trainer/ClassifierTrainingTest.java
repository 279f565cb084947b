package io.faultline.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import io.faultline.artifact.ArtifactKind;
import io.faultline.dataset.ImageDataset;
import io.faultline.dataset.LabeledImages;
import io.faultline.event.DatasetReady;
import io.faultline.event.JobCompleted;
import io.faultline.event.ModelReady;
import io.faultline.recipe.Architecture;
import io.faultline.recipe.Objective;
import io.faultline.recipe.RiftRecipe;
import io.faultline.recipe.Seed;
import io.faultline.recipe.SgdRecipe;
import io.faultline.recipe.TrainingRecipe;
import io.faultline.report.DatasetReport;
import io.faultline.report.EpochReport;
import io.faultline.report.TrainingReport;
import io.faultline.testkit.TinyImages;
import io.faultline.vision.ComputeDevice;
import io.faultline.vision.evaluation.CleanAccuracy;
import io.faultline.vision.evaluation.EvaluationListener;
import io.faultline.vision.network.Checkpoint;
import io.faultline.worker.StageStoppedException;
import io.faultline.worker.WorkRejectedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ClassifierTrainingTest {
    // 32 training images, of which 8 are held out, and 16 test images
    private static final ImageDataset DATASET = TinyImages.twoClasses(Seed.of(1));
    private static final double RATE = 0.05;

    private final ClassifierTraining stage = new ClassifierTraining(TinyJobs.onCpu(Duration.ofSeconds(30)));

    @TempDir
    Path directory;

    private RecordedContext context;

    @BeforeEach
    void openStore() {
        context = new RecordedContext(directory);
    }

    @Nested
    class AFinishedTraining {
        @Test
        void reportsEveryEpochAndTheTestSplit() {
            // When
            TrainingReport report = stage.run(ready(Objective.ERM), context);

            // Then
            assertThat(report.epochs()).extracting(EpochReport::epoch).containsExactly(1, 2, 3);
            assertThat(report.epochs()).allSatisfy(epoch -> {
                assertThat(epoch.trainAccuracy().total()).isEqualTo(24);
                assertThat(epoch.validation().total()).isEqualTo(8);
                assertThat(epoch.loss()).isPositive();
                assertThat(epoch.seconds()).isPositive();
            });
            assertThat(report.validationClean())
                    .isEqualTo(report.epochs().get(2).validation());
            assertThat(report.testClean().total()).isEqualTo(16);
            assertThat(report.testRobust()).isNull();
            assertThat(report.suspicions()).isEmpty();
        }

        @Test
        void storesTheWeightsThatWereMeasured() throws IOException {
            // When
            TrainingReport report = stage.run(ready(Objective.ERM), context);

            // Then
            assertThat(report.checkpoint().kind()).isEqualTo(ArtifactKind.CHECKPOINT_TRAINED);
            try (NDManager manager = ComputeDevice.open("cpu");
                    InputStream in =
                            context.artifacts().open(report.checkpoint().id());
                    Checkpoint checkpoint = Checkpoint.read(in, manager)) {
                assertThat(checkpoint.network().spec().architecture()).isEqualTo(Architecture.RESNET18);
                assertThat(checkpoint.network().spec().width()).isEqualTo(2);
                assertThat(checkpoint.network().spec().classes()).isEqualTo(2);
                assertThat(CleanAccuracy.measure(
                                checkpoint.classifier(), DATASET.test(), manager, EvaluationListener.NONE))
                        .isEqualTo(report.testClean());
            }
        }

        @Test
        void ofAdversarialTrainingIsAttacked() {
            // When
            TrainingReport report = stage.run(ready(Objective.ADVERSARIAL), context);

            // Then
            assertThat(report.testRobust().total()).isEqualTo(16);
            assertThat(report.testRobust().correct())
                    .isLessThanOrEqualTo(report.testClean().correct());
            assertThat(report.suspicions()).isEmpty();
        }

        @Test
        void toldItsProgress() {
            // When
            TrainingReport report = stage.run(ready(Objective.ERM), context);

            // Then
            assertThat(context.phases())
                    .containsEntry("epoch 1 of 3 (32 images)", 32L)
                    .containsEntry("epoch 3 of 3 (32 images)", 32L)
                    .containsEntry("measuring, test split (16 images)", 16L);
            assertThat(context.measured())
                    .containsEntry("loss", report.epochs().get(2).loss())
                    .containsEntry(
                            "validationAccuracy", report.validationClean().percent())
                    .containsKey("trainAccuracy");
        }

        @Test
        void handsTheModelOnOrCompletesTheJob() {
            // Given
            DatasetReady last = ready(Objective.ERM);
            DatasetReady withRift = new DatasetReady(
                    last.jobId(),
                    TinyJobs.recipe(TinyJobs.training(Objective.ERM, RATE), RiftRecipe.USUAL, 7),
                    last.dataset());
            TrainingReport report = stage.run(last, context);

            // Then
            assertThat(stage.completed(last, report))
                    .isEqualTo(new JobCompleted(last.jobId(), last.recipe(), last.dataset(), report, null));
            assertThat(stage.completed(withRift, report))
                    .isEqualTo(new ModelReady(last.jobId(), withRift.recipe(), last.dataset(), report));
        }
    }

    @Nested
    class AnInterruptedTraining {
        @ParameterizedTest(name = "{0} after {1} epochs and {2} passes")
        @CsvSource({"ERM, 0, 2", "ERM, 1, 0", "ERM, 2, 1", "ERM, 3, 0", "ADVERSARIAL, 1, 3"})
        void goesOnToTheSameWeightsBitForBit(Objective objective, int epochs, int passes) {
            // Given
            DatasetReady event = ready(objective);
            TrainingReport undisturbed = stage.run(event, new RecordedContext(directory));
            context.stopAfter(epochs, passes);
            assertThatThrownBy(() -> stage.run(event, context)).isInstanceOf(StageStoppedException.class);
            context.goOn();

            // When
            TrainingReport resumed = stage.run(event, context);

            // Then
            assertThat(resumed)
                    .usingRecursiveComparison()
                    .ignoringFields("epochs.seconds")
                    .isEqualTo(undisturbed);
        }

        @Test
        void startsOverWhereItsCheckpointIsNone() {
            // Given
            DatasetReady event = ready(Objective.ERM);
            TrainingReport undisturbed = stage.run(event, new RecordedContext(directory));
            context.spoil("training");

            // When
            TrainingReport report = stage.run(event, context);

            // Then
            assertThat(report.checkpoint()).isEqualTo(undisturbed.checkpoint());
        }
    }

    @Nested
    class Refuses {
        @Test
        void aClassWithTooFewImages() {
            // Given
            ImageDataset small = DATASET.withTrain(DATASET.train().select(new int[] {0, 1, 2, 16}));

            // Then
            assertThatThrownBy(() -> stage.run(ready(small, DATASET.classes()), context))
                    .isInstanceOf(WorkRejectedException.class)
                    .hasMessageContaining("class 1 has 1 training images; expected at least 2");
        }

        @Test
        void imagesSmallerThanTheNetworkTakes() {
            // Given
            ImageDataset tiny = TinyImages.twoClasses(Seed.of(1), 4, 2, 6);

            // Then
            assertThatThrownBy(() -> stage.run(ready(tiny, tiny.classes()), context))
                    .isInstanceOf(WorkRejectedException.class)
                    .hasMessage("dataset, training split: the images are 6×6; the networks take at least 8×8");
        }

        @Test
        void imagesOfSeveralSizes() {
            // Given
            LabeledImages other =
                    TinyImages.twoClasses(Seed.of(1), 1, 1, 9).test().select(new int[] {1});
            ImageDataset mixed = DATASET.withTest(joined(DATASET.test(), other));

            // Then
            assertThatThrownBy(() -> stage.run(ready(mixed, mixed.classes()), context))
                    .isInstanceOf(WorkRejectedException.class)
                    .hasMessageStartingWith("dataset, test split: image ")
                    .hasMessageContaining("all must be of one size: resize them first");
        }

        @Test
        void aDataSetOfOtherClassesThanAnnounced() {
            assertThatThrownBy(() -> stage.run(ready(DATASET, List.of("up", "down")), context))
                    .isInstanceOf(WorkRejectedException.class)
                    .hasMessageStartingWith(
                            "the data set has the classes [left, right] and was announced with [up, down]");
        }

        @Test
        void aTrainingThatDiverges() {
            // Given: a rate of 100 without clipping. The batches' own statistics hide what it does to the weights; the
            // running ones, which validation uses, leave float32's range
            DatasetReady event = TinyJobs.ready(
                    context.jobId(), context.artifacts(), DATASET, TinyJobs.recipe(Diverging.RECIPE, null, 7));

            // Then
            assertThatThrownBy(() -> stage.run(event, context))
                    .isInstanceOf(WorkRejectedException.class)
                    .hasMessage(
                            "training failed: the network's logits of images 0 to 7 are not finite; its weights are of"
                                    + " no use: train it again with a lower learning rate");
        }
    }

    @ParameterizedTest
    @EnumSource(Objective.class)
    void theFingerprintReadsTrainingAndSeedAndNoMore(Objective objective) {
        // Given
        DatasetReady event = ready(objective);
        RiftRecipe rift = RiftRecipe.USUAL;

        // Then
        assertThat(stage.input(with(event, objective, rift, 7))).isEqualTo(stage.input(event));
        assertThat(stage.input(with(event, objective, null, 8))).isNotEqualTo(stage.input(event));
        assertThat(stage.input(event).artifacts())
                .containsExactly(event.dataset().dataset().id());
    }

    private static DatasetReady with(DatasetReady event, Objective objective, RiftRecipe rift, long seed) {
        return new DatasetReady(
                event.jobId(), TinyJobs.recipe(TinyJobs.training(objective, RATE), rift, seed), event.dataset());
    }

    private DatasetReady ready(Objective objective) {
        return TinyJobs.ready(
                context.jobId(),
                context.artifacts(),
                DATASET,
                TinyJobs.recipe(TinyJobs.training(objective, RATE), null, 7));
    }

    private DatasetReady ready(ImageDataset dataset, List<String> announced) {
        DatasetReady event = TinyJobs.ready(
                context.jobId(),
                context.artifacts(),
                dataset,
                TinyJobs.recipe(TinyJobs.training(Objective.ERM, RATE), null, 7));
        DatasetReport report = event.dataset();
        return new DatasetReady(
                event.jobId(),
                event.recipe(),
                new DatasetReport(
                        report.dataset(), announced, report.trainImages(), report.testImages(), 0, null, false, 0));
    }

    private static LabeledImages joined(LabeledImages one, LabeledImages other) {
        List<String> ids = new ArrayList<>(one.ids());
        other.ids().forEach(id -> ids.add(id.replace("0000", "9999")));
        List<io.faultline.dataset.RgbImage> images = new ArrayList<>(one.images());
        images.addAll(other.images());
        return new LabeledImages(
                ids,
                IntStream.concat(IntStream.of(one.labels()), IntStream.of(other.labels()))
                        .toArray(),
                images);
    }

    /** A training that cannot converge. */
    private static final class Diverging {
        static final TrainingRecipe RECIPE = new TrainingRecipe(
                null,
                2,
                Objective.ERM,
                null,
                null,
                200,
                8,
                new SgdRecipe(100.0, 0.9, 1.0, null),
                null,
                null,
                null,
                0.25);
    }
}
