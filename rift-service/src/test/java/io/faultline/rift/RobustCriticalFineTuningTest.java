package io.faultline.rift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.faultline.artifact.ArtifactKind;
import io.faultline.artifact.ArtifactRef;
import io.faultline.checkpoint.Safetensors;
import io.faultline.dataset.SyntheticShapes;
import io.faultline.event.JobCompleted;
import io.faultline.event.ModelReady;
import io.faultline.event.ModuleTask;
import io.faultline.recipe.AutoAttackRecipe;
import io.faultline.recipe.BatchNormStatistics;
import io.faultline.recipe.CorruptionName;
import io.faultline.recipe.CorruptionRecipe;
import io.faultline.recipe.CriticalityProcedure;
import io.faultline.recipe.CriticalityRecipe;
import io.faultline.recipe.DevicePreference;
import io.faultline.recipe.EvaluationRecipe;
import io.faultline.recipe.FineTuningRecipe;
import io.faultline.recipe.InterpolationRecipe;
import io.faultline.recipe.ModuleChoiceRecipe;
import io.faultline.recipe.ModulePath;
import io.faultline.recipe.ModuleRule;
import io.faultline.recipe.RiftRecipe;
import io.faultline.recipe.Seed;
import io.faultline.recipe.Split;
import io.faultline.report.InterpolationPoint;
import io.faultline.report.ModuleCriticality;
import io.faultline.report.RiftReport;
import io.faultline.rift.criticality.ActivationBudget;
import io.faultline.rift.interpolation.RobustnessBudget;
import io.faultline.worker.StageStoppedException;
import io.faultline.worker.WorkRejectedException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RobustCriticalFineTuningTest {
    private static final RiftRecipe RIFT = GoldenJob.rift(List.of(0.0, 0.5, 1.0));

    @TempDir
    Path store;

    private final RobustCriticalFineTuning stage = replica();
    private RecordedContext context;

    @BeforeEach
    void makeStore() {
        context = new RecordedContext(store);
    }

    @AfterEach
    void closeStage() {
        stage.close();
    }

    @Test
    void refinesTheLeastCriticalModuleAndNothingElse() {
        // Given
        ModelReady event = GoldenJob.modelReady(context.artifacts(), context.jobId(), RIFT);

        // When
        RiftReport report = stage.run(event, context);

        // Then
        assertThat(report.ranking())
                .hasSize(GoldenJob.MODULES)
                .isSortedAccordingTo(java.util.Comparator.comparingDouble(ModuleCriticality::mrc));
        assertThat(report.modules().get(0)).isEqualTo(report.ranking().get(0).module());
        assertThat(report.moduleReason())
                .startsWith(report.modules().get(0) + " has the lowest robust criticality of 21");
        assertThat(report.path()).extracting(InterpolationPoint::alpha).containsExactly(0.0, 0.5, 1.0);
        assertThat(report.path()).allMatch(point -> point.robust().total() == GoldenJob.HELD_OUT);
        assertThat(report.alpha())
                .isEqualTo(new RobustnessBudget(100, Split.HELD_OUT)
                        .choose(report.path())
                        .alpha());
        assertThat(report.before().clean().total()).isEqualTo(GoldenJob.IMAGES);
        assertThat(report.suspicions()).isEmpty();
        assertThat(report.criticality().kind()).isEqualTo(ArtifactKind.CRITICALITY);
        assertThat(new String(read(report.criticality()), StandardCharsets.UTF_8))
                .contains("\"module\":\"" + report.modules().get(0) + "\"");
        assertThat(report.examples().kind()).isEqualTo(ArtifactKind.ADVERSARIAL_EXAMPLES);
        assertThat(new String(read(report.document()), StandardCharsets.UTF_8))
                .startsWith("<!DOCTYPE html>")
                .contains(report.modules().get(0).name());
        assertThat(new String(read(report.data()), StandardCharsets.UTF_8))
                .contains("\"alpha\":" + report.alpha())
                .contains(report.checkpoint().id().sha256());
        assertThat(report.epochs()).hasSize(RIFT.fineTuning().epochs());
        assertThat(report.chosenEpoch()).isBetween(1, RIFT.fineTuning().epochs());
        assertThat(report.deviceSeconds()).isPositive();
        assertThat(report.device()).isEqualTo("cpu");
        assertThat(stage.completed(event, report))
                .isEqualTo(new JobCompleted(event.jobId(), event.recipe(), event.dataset(), event.training(), report));
    }

    @Test
    void theRefinedCheckpointDiffersInTheModulesWeightAlone() {
        // Given
        ModelReady event = GoldenJob.modelReady(context.artifacts(), context.jobId(), RIFT);

        // When
        RiftReport report = stage.run(event, context);

        // Then
        Safetensors before = checkpoint(event.training().checkpoint());
        Safetensors after = checkpoint(report.checkpoint());
        assertThat(after.metadata())
                .containsAllEntriesOf(before.metadata())
                .containsEntry("rift.modules", report.modules().get(0).name())
                .containsEntry("rift.alpha", Double.toString(report.alpha()))
                .containsEntry(
                        "rift.trained", event.training().checkpoint().id().toString());
        assertThat(report.alpha()).isEqualTo(0.5);
        assertThat(changed(before, after))
                .containsExactly(report.modules().get(0).weight());
    }

    @Test
    void withoutAnAlphaAboveZeroTheWeightsStayBitForBit() {
        // Given
        ModelReady event = GoldenJob.modelReady(context.artifacts(), context.jobId(), GoldenJob.rift(List.of(0.0)));

        // When
        RiftReport report = stage.run(event, context);

        // Then
        assertThat(report.alpha()).isZero();
        assertThat(report.alphaReason()).contains("the trained weights stay as they are");
        assertThat(changed(checkpoint(event.training().checkpoint()), checkpoint(report.checkpoint())))
                .isEmpty();
        assertThat(report.after().clean()).isEqualTo(report.before().clean());
        assertThat(report.after().robust()).isEqualTo(report.before().robust());
    }

    @Test
    void oneThatGoesOnEndsAsAnUndisturbedOneAndMeasuresNoModuleTwice() {
        // Given
        RiftReport undisturbed = refined(new RecordedContext(store.resolve("undisturbed")));
        ModelReady event = GoldenJob.modelReady(context.artifacts(), context.jobId(), RIFT);

        // When: each run gets a little further
        int stops = 0;
        RiftReport resumed = null;
        while (resumed == null) {
            context.stopAfter(17);
            try {
                resumed = stage.run(event, context);
            } catch (StageStoppedException e) {
                stops++;
            }
        }

        // Then
        assertSame(resumed, undisturbed);
        assertThat(stops).isGreaterThan(5);
        for (ModuleCriticality module : resumed.ranking()) {
            long begun = context.phases().stream()
                    .filter(phase -> phase.startsWith("criticality of " + module.module() + " "))
                    .count();
            // one that was cut off in the middle is gone on with, and each stop cuts one at most
            assertThat(begun).as("%s", module.module()).isBetween(1L, 2L);
        }
    }

    @Test
    void replicasThatShareTheModulesGiveWhatOneAloneGives() {
        // Given
        RiftReport alone = refined(new RecordedContext(store.resolve("alone")));
        ModelReady event = GoldenJob.modelReady(context.artifacts(), context.jobId(), RIFT);

        // When: three of them take the tasks from the end, and a fourth puts the parts together
        List<ModuleTask> tasks = stage.scatter(event, context);
        List<RobustCriticalFineTuning> replicas = List.of(replica(), replica(), replica());
        MeasuredModule[] parts = new MeasuredModule[tasks.size()];
        for (int i = tasks.size() - 1; i >= 0; i--) {
            parts[i] = replicas.get(i % replicas.size()).runTask(tasks.get(i), context);
        }
        RiftReport together = replica().gather(tasks.get(4), List.of(parts), context);
        replicas.forEach(RobustCriticalFineTuning::close);

        // Then
        assertThat(tasks).hasSize(GoldenJob.MODULES).allMatch(task -> task.modules() == GoldenJob.MODULES);
        assertSame(together, alone);
    }

    @Test
    void anotherChoiceFindsTheCriticalityThatWasMeasuredBefore() {
        // Given
        ModelReady event = GoldenJob.modelReady(context.artifacts(), context.jobId(), RIFT);
        RiftReport lowest = stage.run(event, context);
        RecordedContext later = new RecordedContext(store);

        // When
        RiftReport highest = stage.run(
                GoldenJob.modelReady(
                        later.artifacts(),
                        later.jobId(),
                        chosen(new ModuleChoiceRecipe(ModuleRule.HIGHEST, 2, null, null))),
                later);

        // Then
        assertThat(highest.ranking()).isEqualTo(lowest.ranking());
        assertThat(highest.examples()).isEqualTo(lowest.examples());
        assertThat(highest.modules())
                .containsExactlyInAnyOrderElementsOf(
                        lowest.ranking().subList(GoldenJob.MODULES - 2, GoldenJob.MODULES).stream()
                                .map(ModuleCriticality::module)
                                .toList());
        assertThat(later.phases())
                .noneMatch(phase -> phase.startsWith("criticality") || phase.startsWith("adversarial"))
                .anyMatch(phase -> phase.startsWith("fine-tuning, epoch 1 of 2"));
    }

    @Test
    void aChoiceThatAsksForNoCriticalityMeasuresNone() {
        // Given
        ModelReady event = GoldenJob.modelReady(
                context.artifacts(), context.jobId(), chosen(new ModuleChoiceRecipe(ModuleRule.ALL, null, null, null)));

        // When
        RiftReport report = stage.run(event, context);

        // Then
        assertThat(report.modules()).hasSize(GoldenJob.MODULES);
        assertThat(report.ranking()).isEmpty();
        assertThat(report.criticality()).isNull();
        assertThat(report.examples()).isNull();
        assertThat(context.phases()).noneMatch(phase -> phase.startsWith("criticality"));
        assertThat(new String(read(report.document()), StandardCharsets.UTF_8)).contains("linear");
    }

    @Test
    void statisticsAloneMoveWhereNoModuleIsChosen() {
        // Given
        RiftRecipe statistics = new RiftRecipe(
                RIFT.criticality(),
                new ModuleChoiceRecipe(ModuleRule.NONE, null, null, null),
                new FineTuningRecipe(1, 16, null, BatchNormStatistics.MOVING),
                new InterpolationRecipe(null, null, null, 1.0),
                Split.TEST,
                1,
                null);
        ModelReady event = GoldenJob.modelReady(context.artifacts(), context.jobId(), statistics);

        // When
        RiftReport report = stage.run(event, context);

        // Then
        assertThat(report.modules()).isEmpty();
        assertThat(report.alpha()).isEqualTo(1);
        assertThat(changed(checkpoint(event.training().checkpoint()), checkpoint(report.checkpoint())))
                .isNotEmpty()
                .allMatch(name -> name.contains("running_") || name.contains("num_batches_tracked"));
        assertThat(report.notes()).anyMatch(note -> note.startsWith("Epoch and α were chosen on the test split"));
    }

    @Test
    void theAuthorsProcedureIsMeasuredOnTheTestSplitAndSaysSo() {
        // Given
        CriticalityRecipe authors =
                new CriticalityRecipe(CriticalityProcedure.AUTHORS, 0.1, 1, 0.05, 16, null, null, null);
        RiftRecipe rift = new RiftRecipe(authors, null, RIFT.fineTuning(), RIFT.interpolation(), null, 1, null);
        ModelReady event = GoldenJob.modelReady(context.artifacts(), context.jobId(), rift);

        // When
        RiftReport report = stage.run(event, context);

        // Then
        assertThat(report.moduleReason()).contains(GoldenJob.IMAGES + " fixed adversarial examples");
        assertThat(report.notes()).anyMatch(note -> note.startsWith("Criticality was measured on the test split"));
    }

    @Test
    void otherMeasurementsAreMadeBeforeAndAfter() {
        // Given
        EvaluationRecipe evaluation = new EvaluationRecipe(
                new AutoAttackRecipe(null, null, 8, 2, 4),
                new CorruptionRecipe(List.of(CorruptionName.FOG, CorruptionName.BRIGHTNESS), List.of(1), null, null),
                null);
        RiftRecipe rift = new RiftRecipe(
                RIFT.criticality(),
                new ModuleChoiceRecipe(ModuleRule.LAST, null, null, null),
                RIFT.fineTuning(),
                new InterpolationRecipe(null, null, null, 1.0),
                null,
                2,
                evaluation);
        ModelReady event = GoldenJob.modelReady(context.artifacts(), context.jobId(), rift);

        // When
        RiftReport report = stage.run(event, context);

        // Then
        assertThat(report.before().corruptions().cells()).hasSize(2);
        assertThat(report.after().autoAttack().clean().total()).isEqualTo(8);
        assertThat(report.change().corruptions().points())
                .isCloseTo(
                        report.after().corruptions().meanPercent()
                                - report.before().corruptions().meanPercent(),
                        within(1e-9));
        assertThat(report.change().autoAttack().points())
                .isCloseTo(
                        report.after().autoAttack().robust().percent()
                                - report.before().autoAttack().robust().percent(),
                        within(1e-9));
        assertThat(report.change().clean().points())
                .isCloseTo(
                        report.after().clean().percent()
                                - report.before().clean().percent(),
                        within(1e-9));
    }

    @Test
    void aModuleThatIsNotThereIsRefusedBeforeAnythingIsMeasured() {
        // Given
        ModelReady event = GoldenJob.modelReady(
                context.artifacts(),
                context.jobId(),
                chosen(new ModuleChoiceRecipe(null, null, null, List.of(new ModulePath("layer2.1.conv")))));

        // When, Then
        assertThatThrownBy(() -> stage.run(event, context))
                .isInstanceOf(WorkRejectedException.class)
                .hasMessageContaining("layer2.1.conv")
                .hasMessageContaining("layer2.1.conv1");
        assertThat(context.phases()).isEmpty();
    }

    @Test
    void aRecipeForAGpuIsNotRefinedOnACpu() {
        // Given
        ModelReady event = GoldenJob.modelReady(context.artifacts(), context.jobId(), RIFT, DevicePreference.GPU);

        // When, Then
        assertThatThrownBy(() -> stage.run(event, context))
                .isInstanceOf(WorkRejectedException.class)
                .hasMessageContaining("faultline.rift.device=gpu0");
    }

    @Test
    void aNetworkOfOtherClassesIsRefused() {
        // Given
        ModelReady event = GoldenJob.modelReady(
                context.artifacts(), context.jobId(), RIFT, SyntheticShapes.generate(4, 1, Seed.of(1)));

        // When, Then
        assertThatThrownBy(() -> stage.run(event, context))
                .isInstanceOf(WorkRejectedException.class)
                .hasMessage(
                        "the network tells 4 classes apart and the data set has 10; refine a network on the data set it"
                                + " was trained on");
    }

    @Test
    void fewerExamplesThanClassesAreRefused() {
        // Given
        RiftRecipe few =
                new RiftRecipe(GoldenJob.criticality(3), null, RIFT.fineTuning(), RIFT.interpolation(), null, 1, null);
        ModelReady event = GoldenJob.modelReady(context.artifacts(), context.jobId(), few);

        // When, Then
        assertThatThrownBy(() -> stage.run(event, context))
                .isInstanceOf(WorkRejectedException.class)
                .hasMessageStartingWith(
                        "rift.criticality.examples is 3; allowed: at least one of each of the 4 classes");
    }

    @Test
    void theFingerprintReadsTheRiftRecipe() {
        // Given
        ModelReady event = GoldenJob.modelReady(context.artifacts(), context.jobId(), RIFT);
        ModelReady other = GoldenJob.modelReady(context.artifacts(), context.jobId(), GoldenJob.rift(List.of(0.0)));

        // When, Then
        assertThat(stage.input(event).artifacts())
                .containsExactly(
                        event.training().checkpoint().id(),
                        event.dataset().dataset().id());
        assertThat(stage.input(event)).isNotEqualTo(stage.input(other));
    }

    private static RobustCriticalFineTuning replica() {
        return new RobustCriticalFineTuning("cpu", ActivationBudget.usual(), "test");
    }

    private static RiftRecipe chosen(ModuleChoiceRecipe choice) {
        return new RiftRecipe(RIFT.criticality(), choice, RIFT.fineTuning(), RIFT.interpolation(), null, 1, null);
    }

    private static RiftReport refined(RecordedContext context) {
        RobustCriticalFineTuning replica = replica();
        RiftReport report = replica.run(GoldenJob.modelReady(context.artifacts(), context.jobId(), RIFT), context);
        replica.close();
        return report;
    }

    /** All but the time it took, which stands in the documents too. */
    private static void assertSame(RiftReport report, RiftReport expected) {
        assertThat(report)
                .usingRecursiveComparison()
                .ignoringFields("deviceSeconds", "document", "data")
                .isEqualTo(expected);
    }

    private static List<String> changed(Safetensors before, Safetensors after) {
        assertThat(after.tensors().keySet()).isEqualTo(before.tensors().keySet());
        return before.tensors().entrySet().stream()
                .filter(entry -> !Arrays.equals(
                        entry.getValue().bytes(),
                        after.tensors().get(entry.getKey()).bytes()))
                .map(Map.Entry::getKey)
                .toList();
    }

    private Safetensors checkpoint(ArtifactRef ref) {
        return Safetensors.read(new ByteArrayInputStream(read(ref)));
    }

    private byte[] read(ArtifactRef ref) {
        try (InputStream in = context.artifacts().open(ref.id())) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
