package io.faultline.rift.criticality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.faultline.checkpoint.InvalidCheckpointException;
import io.faultline.checkpoint.Safetensors;
import io.faultline.recipe.CriticalityProcedure;
import io.faultline.recipe.CriticalityRecipe;
import io.faultline.recipe.ModulePath;
import io.faultline.report.ModuleCriticality;
import io.faultline.rift.GoldenNetwork;
import io.faultline.vision.network.Checkpoint;
import io.faultline.vision.network.NamedModule;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ResumedCriticalityTest {
    private static final int BATCH = 20;
    private static final int ROUNDS = 4;
    /** 48 images in three batches: three steps and two measurements a round. */
    private static final int CALLS_PER_ROUND = 5;

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

    /** The bytes of the last round, as another process would find them. */
    private static final class Kept implements RoundStore {
        private byte[] bytes;
        private int rounds;

        @Override
        public Optional<Safetensors> kept() {
            return Optional.ofNullable(bytes).map(found -> Safetensors.read(new ByteArrayInputStream(found)));
        }

        @Override
        public void keep(Safetensors state) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            try {
                state.writeTo(out);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            bytes = out.toByteArray();
            rounds++;
        }
    }

    private static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** Dies at one of its calls. */
    private static final class Mortal implements ModuleRobustCriticality.Listener {
        private int left;

        Mortal(int left) {
            this.left = left;
        }

        @Override
        public void batchDone() {
            if (--left == 0) {
                throw new Killed();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void oneKilledInEveryRoundEndsAsAnUndisturbedOneAndLosesThatRoundAlone(CriticalityProcedure procedure) {
        // Given
        NamedModule module = module("layer3.0.shortcut.0");
        ModuleCriticality undisturbed = measure(procedure, module, RoundStore.NONE, () -> {});
        Kept kept = new Kept();

        // When: each process gets through one round and into the next
        int killed = 0;
        ModuleCriticality resumed = null;
        while (resumed == null) {
            try {
                resumed = measure(procedure, module, kept, new Mortal(CALLS_PER_ROUND + 2));
            } catch (Killed e) {
                killed++;
            }
        }

        // Then
        assertThat(resumed).isEqualTo(undisturbed);
        assertThat(kept.rounds).isEqualTo(undisturbed.lossRounds().size() - 1);
        assertThat(killed).isEqualTo(kept.rounds - 1);
    }

    @Test
    void aFinishedModuleIsNotBegunAgain() {
        // Given
        NamedModule module = module("linear");
        Kept kept = new Kept();
        ModuleCriticality first = measure(CriticalityProcedure.MAXIMUM, module, kept, () -> {});

        // When
        int[] calls = {0};
        ModuleCriticality second = measure(CriticalityProcedure.MAXIMUM, module, kept, () -> calls[0]++);

        // Then: the first batch of the last round
        assertThat(second).isEqualTo(first);
        assertThat(calls[0]).isEqualTo(1);
        assertThat(kept.rounds).isEqualTo(ROUNDS);
    }

    @Test
    void whatWasKeptOfAnotherModuleOrNetworkIsRefused() {
        // Given
        Kept kept = new Kept();
        measure(CriticalityProcedure.MAXIMUM, module("linear"), kept, () -> {});

        // When, Then
        assertThatThrownBy(() -> measure(CriticalityProcedure.MAXIMUM, module("conv1"), kept, () -> {}))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessage("what was kept is of module linear with [weight]; expected conv1 with [weight]");
        NDArray weight = checkpoint.state().get("conv1.weight");
        try (NDArray other = weight.mul(1.5f)) {
            checkpoint.state().put("conv1.weight", other);
        }
        assertThatThrownBy(() -> measure(CriticalityProcedure.MAXIMUM, module("linear"), kept, () -> {}))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageContaining("it is of another network or other examples");
    }

    private ModuleCriticality measure(
            CriticalityProcedure procedure,
            NamedModule module,
            RoundStore rounds,
            ModuleRobustCriticality.Listener listener) {
        CriticalityRecipe recipe = new CriticalityRecipe(procedure, 0.1, ROUNDS, 0.05, BATCH, null, null, null);
        try (ModuleRobustCriticality criticality =
                new ModuleRobustCriticality(checkpoint, examples, recipe, ActivationBudget.usual(), manager)) {
            return criticality.of(module, rounds, listener);
        }
    }

    private NamedModule module(String name) {
        return checkpoint.network().modules().get(new ModulePath(name));
    }
}
