package io.faultline.rift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.artifact.ArtifactKind;
import io.faultline.artifact.ArtifactRef;
import io.faultline.dataset.SyntheticShapes;
import io.faultline.event.JobCompleted;
import io.faultline.event.ModelReady;
import io.faultline.recipe.InvalidRecipeException;
import io.faultline.recipe.RiftRecipe;
import io.faultline.recipe.Seed;
import io.faultline.report.InterpolationPoint;
import io.faultline.report.ModuleCriticality;
import io.faultline.report.RiftReport;
import io.faultline.rift.interpolation.RobustnessBudget;
import io.faultline.vision.network.Safetensors;
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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RobustCriticalFineTuningTest {
    private static final RiftRecipe RIFT = GoldenJob.rift(List.of(0.0, 0.5, 1.0));

    @TempDir
    Path store;

    private final RobustCriticalFineTuning stage = new RobustCriticalFineTuning();
    private RecordedContext context;

    @BeforeEach
    void makeStore() {
        context = new RecordedContext(store);
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
                .isEqualTo(new RobustnessBudget(100).choose(report.path()).alpha());
        assertThat(report.before().clean().total()).isEqualTo(GoldenJob.IMAGES);
        assertThat(report.suspicions()).isEmpty();
        assertThat(report.criticality().kind()).isEqualTo(ArtifactKind.CRITICALITY);
        assertThat(new String(read(report.criticality()), StandardCharsets.UTF_8))
                .contains("\"module\":\"" + report.modules().get(0) + "\"");
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
                .containsEntry("rift.module", report.modules().get(0).name())
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
        ModelReady event = GoldenJob.modelReady(context.artifacts(), context.jobId(), RIFT);
        RiftReport undisturbed = stage.run(event, new RecordedContext(store));

        // When: each run gets through the adversarial examples and a little further
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
        assertThat(resumed).isEqualTo(undisturbed);
        assertThat(stops).isGreaterThan(5);
        for (ModuleCriticality module : resumed.ranking()) {
            long begun = context.phases().stream()
                    .filter(phase -> phase.startsWith("criticality of " + module.module() + " "))
                    .count();
            // one that was cut off in the middle is begun again, and each stop cuts one at most
            assertThat(begun).as("%s", module.module()).isBetween(1L, 2L);
        }
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
                .isInstanceOf(InvalidRecipeException.class)
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
