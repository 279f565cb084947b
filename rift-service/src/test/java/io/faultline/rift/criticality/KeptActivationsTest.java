package io.faultline.rift.criticality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.faultline.recipe.Architecture;
import io.faultline.recipe.CriticalityRecipe;
import io.faultline.recipe.Normalization;
import io.faultline.recipe.Seed;
import io.faultline.report.ModuleCriticality;
import io.faultline.rift.GoldenNetwork;
import io.faultline.vision.network.Checkpoint;
import io.faultline.vision.network.NamedModule;
import io.faultline.vision.network.NetworkSpec;
import io.faultline.vision.network.NormalizedNetwork;
import io.faultline.vision.network.Tensors;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is kept, spilled, folded and computed in parts changes the time alone. */
class KeptActivationsTest {
    /** Folding and other parts reorder float32 sums, each of which rounds by 6e-8; the ascent magnifies that. */
    private static final double ROUNDING = 1e-5;

    private static final int BATCH = 20;
    private static final CriticalityRecipe RECIPE = new CriticalityRecipe(null, 0.1, 3, 0.05, BATCH, null, null, null);
    private static final long SMALL_PARTS = 4096;

    @TempDir
    Path folder;

    private NDManager manager;
    private Checkpoint checkpoint;
    private FixedExamples examples;

    @BeforeEach
    void load() {
        manager = NDManager.newBaseManager();
        checkpoint = GoldenNetwork.checkpoint(manager);
        examples = new FixedExamples(manager, ActivationBudget.usual());
        GoldenNetwork.batches("adversarial", BATCH, manager, examples::add);
    }

    @AfterEach
    void free() {
        examples.close();
        manager.close();
    }

    @Test
    void everyModulesLossesAreThoseOfTheWholeNetworkOnWholeBatches() {
        // Given
        PlainCriticality plain = new PlainCriticality(checkpoint, examples, RECIPE);
        List<ModuleCriticality> whole = measured(KeptActivations.PART_BYTES, ActivationBudget.usual());
        List<ModuleCriticality> parts = measured(SMALL_PARTS, ActivationBudget.usual());

        for (int i = 0; i < whole.size(); i++) {
            // When
            NamedModule module = modules().get(i);
            List<Double> expected = plain.lossRounds(module, manager);

            // Then
            assertClose(whole.get(i).lossRounds(), expected, module);
            assertClose(parts.get(i).lossRounds(), expected, module);
        }
    }

    @Test
    void whatWasSpilledComesBackBitForBitAndLeavesNoFile() {
        // Given
        List<ModuleCriticality> inMemory = measured(SMALL_PARTS, ActivationBudget.usual());
        int arrays = manager.getManagedArrays().size();

        // When
        List<ModuleCriticality> spilled = measured(SMALL_PARTS, new ActivationBudget(0, folder));
        List<ModuleCriticality> partly = measured(SMALL_PARTS, new ActivationBudget(20_000, folder));

        // Then
        assertThat(spilled).isEqualTo(inMemory);
        assertThat(partly).isEqualTo(inMemory);
        assertThat(folder).isEmptyDirectory();
        assertThat(manager.getManagedArrays()).hasSize(arrays);
    }

    @Test
    void aModuleMeasuresTheSameWhicheverCameBefore() {
        // Given
        List<ModuleCriticality> inOrder = measured(SMALL_PARTS, ActivationBudget.usual());

        // When
        List<ModuleCriticality> backwards = new ArrayList<>();
        try (ModuleRobustCriticality criticality = criticality(SMALL_PARTS, ActivationBudget.usual())) {
            List<NamedModule> reversed = new ArrayList<>(modules());
            Collections.reverse(reversed);
            reversed.forEach(module -> backwards.add(criticality.of(module, RoundStore.NONE, () -> {})));
        }

        // Then
        Collections.reverse(backwards);
        assertThat(backwards).isEqualTo(inOrder);
    }

    @Test
    void whileAModuleIsMeasuredTheMemoryTakenStaysInsideTheBudget() {
        // Given
        long budget = 30_000;
        MemoryAccount account = new MemoryAccount(new ActivationBudget(budget, folder));

        // When
        try (TensorStore first = new TensorStore(manager, account);
                TensorStore second = new TensorStore(manager, account)) {
            for (TensorStore store : List.of(first, second)) {
                Sheet sheet = store.sheet();
                for (int i = 0; i < 10; i++) {
                    sheet.append(manager.ones(new Shape(1000)));
                }
            }

            // Then
            assertThat(account.taken()).isEqualTo(28_000);
            assertThat(first.spilled() + second.spilled()).isEqualTo(52_000);
        }
        assertThat(account.taken()).isZero();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void rowsComeBackFromAnyPlaceToAnyOther() {
        // Given
        float[] values = new float[7 * 2 * 3 * 3];
        for (int i = 0; i < values.length; i++) {
            values[i] = i;
        }
        Shape shape = new Shape(7, 2, 3, 3);
        try (var all = Tensors.of(manager, values, shape);
                TensorStore store =
                        new TensorStore(manager, new MemoryAccount(new ActivationBudget(4 * 3 * 18, folder)))) {
            Sheet sheet = store.sheet();
            sheet.append(all.get("0:3"));
            sheet.append(all.get("3:7"));

            // When, Then
            assertThat(store.spilled()).as("the second piece").isEqualTo(4 * 4 * 18);
            for (int from = 0; from < 7; from++) {
                for (int to = from + 1; to <= 7; to++) {
                    assertThat(sheet.read(from, to, manager).toFloatArray())
                            .isEqualTo(all.get(from + ":" + to).toFloatArray());
                }
            }
        }
    }

    @Test
    void everyAttentionAndPerceptronWeightOfATransformerIsMeasured() {
        // Given
        NormalizedNetwork network =
                NormalizedNetwork.of(new NetworkSpec(Architecture.DEIT_TINY, 12, 2, 8, 4, Normalization.NONE));
        CriticalityRecipe recipe = new CriticalityRecipe(null, 0.1, 2, 0.05, BATCH, null, null, null);
        try (Checkpoint transformer = new Checkpoint(network, network.initialize(Seed.of(3), manager))) {
            PlainCriticality plain = new PlainCriticality(transformer, examples, recipe);
            List<NamedModule> modules = network.modules().modules();

            // When
            try (ModuleRobustCriticality criticality = new ModuleRobustCriticality(
                    transformer, examples, recipe, ActivationBudget.usual(), SMALL_PARTS, manager)) {
                for (NamedModule module : modules) {
                    // Then
                    assertClose(
                            criticality.of(module, RoundStore.NONE, () -> {}).lossRounds(),
                            plain.lossRounds(module, manager),
                            module);
                }
            }
            assertThat(modules)
                    .extracting(module -> module.path().name())
                    .containsExactly(
                            "patch_embed.proj",
                            "blocks.0.attn.qkv",
                            "blocks.0.attn.proj",
                            "blocks.0.mlp.fc1",
                            "blocks.0.mlp.fc2",
                            "blocks.1.attn.qkv",
                            "blocks.1.attn.proj",
                            "blocks.1.mlp.fc1",
                            "blocks.1.mlp.fc2",
                            "head");
        }
    }

    private List<ModuleCriticality> measured(long partBytes, ActivationBudget budget) {
        try (ModuleRobustCriticality criticality = criticality(partBytes, budget)) {
            return modules().stream()
                    .map(module -> criticality.of(module, RoundStore.NONE, () -> {}))
                    .toList();
        }
    }

    private ModuleRobustCriticality criticality(long partBytes, ActivationBudget budget) {
        return new ModuleRobustCriticality(checkpoint, examples, RECIPE, budget, partBytes, manager);
    }

    private List<NamedModule> modules() {
        return checkpoint.network().modules().modules();
    }

    private static void assertClose(List<Double> found, List<Double> expected, NamedModule module) {
        assertThat(found).hasSize(expected.size());
        for (int round = 0; round < found.size(); round++) {
            assertThat(found.get(round))
                    .as("%s, round %d", module, round)
                    .isCloseTo(expected.get(round), within(ROUNDING * expected.get(round)));
        }
    }
}
