package io.faultline.rift.choice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.recipe.Architecture;
import io.faultline.recipe.InvalidRecipeException;
import io.faultline.recipe.ModuleChoiceRecipe;
import io.faultline.recipe.ModulePath;
import io.faultline.recipe.ModuleRule;
import io.faultline.recipe.Normalization;
import io.faultline.report.ModuleCriticality;
import io.faultline.rift.criticality.CriticalityRanking;
import io.faultline.vision.network.NamedModules;
import io.faultline.vision.network.NetworkSpec;
import io.faultline.vision.network.NormalizedNetwork;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ModuleChoiceTest {
    private final NamedModules network = modules(Architecture.RESNET18);

    @Nested
    class ByCriticality {
        /** Of module i of 21: |i − 9|, so that layer2.1.conv2 is lowest, and its neighbours are equal. */
        private final CriticalityRanking ranking = ranking(network);

        @Test
        void theLowestIsRiftsChoiceForTheRankingsReason() {
            // When
            ModuleSelection selection = new ModuleChoice(ModuleChoiceRecipe.LOWEST, network).by(ranking);

            // Then
            assertThat(names(selection)).containsExactly("layer2.1.conv2");
            assertThat(selection.reason()).isEqualTo(ranking.reason());
        }

        @Test
        void severalComeInTheNetworksOrderWithTheirFigures() {
            // When
            ModuleSelection selection = choice(ModuleRule.LOWEST, 3, false).by(ranking);

            // Then
            assertThat(names(selection)).containsExactly("layer2.1.conv1", "layer2.1.conv2", "layer3.0.conv1");
            assertThat(selection.reason())
                    .isEqualTo(
                            "layer2.1.conv2 (0.000), layer2.1.conv1 (1.000) and layer3.0.conv1 (1.000) have the lowest"
                                    + " robust criticalities of 21 modules; next is layer2.0.shortcut.0 (2.000). In brackets is how"
                                    + " far the mean loss on 48 fixed adversarial examples rises while a module's weights move by"
                                    + " at most 10.00 % of their norm.");
        }

        @Test
        void ofEqualOnesTheFirstInTheNetworkIsTaken() {
            assertThat(names(choice(ModuleRule.LOWEST, 2, false).by(ranking)))
                    .containsExactly("layer2.1.conv1", "layer2.1.conv2");
        }

        @Test
        void theHighestIsTheControl() {
            // When
            ModuleSelection selection = choice(ModuleRule.HIGHEST, 1, false).by(ranking);

            // Then
            assertThat(names(selection)).containsExactly("linear");
            assertThat(selection.reason())
                    .startsWith("linear (11.00) has the highest robust criticality of 21 modules; next is"
                            + " layer4.1.conv2 (10.00).");
        }

        @Test
        void amongMiddleLayersTheEndsAreLeftOut() {
            // When
            ModuleSelection selection = choice(ModuleRule.HIGHEST, 2, true).by(ranking);

            // Then
            assertThat(names(selection)).containsExactly("layer4.0.conv2", "layer4.0.shortcut.0");
            assertThat(selection.reason())
                    .startsWith("layer4.0.shortcut.0 (8.000) and layer4.0.conv2 (7.000) have the highest robust"
                            + " criticalities of the 15 middle modules, without the first and the last 3 of the network's"
                            + " 21; next is");
        }

        @Test
        void asManyAsThereAreNeedNoNext() {
            // When
            ModuleSelection selection = choice(ModuleRule.LOWEST, 21, false).by(ranking);

            // Then
            assertThat(selection.modules()).isEqualTo(network.modules());
            assertThat(selection.reason()).doesNotContain("next is");
        }

        @Test
        void moreThanThereAreIsRefused() {
            assertThatThrownBy(() -> choice(ModuleRule.LOWEST, 22, false))
                    .isInstanceOf(InvalidRecipeException.class)
                    .hasMessage("rift.choice.count is 22; allowed: 1 to 21, as many modules as the network has");
            assertThatThrownBy(() -> choice(ModuleRule.HIGHEST, 16, true))
                    .isInstanceOf(InvalidRecipeException.class)
                    .hasMessage("rift.choice.count is 16; allowed: 1 to 15, as many modules as the network has without"
                            + " the first and the last 3 of its 21");
        }

        @Test
        void aRankingOfAnotherNetworkIsRefused() {
            assertThatThrownBy(() -> choice(ModuleRule.LOWEST, 1, false).by(ranking(modules(Architecture.RESNET34))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("the ranking has the modules ");
        }

        @Test
        void withoutARankingThereIsNoChoice() {
            assertThatThrownBy(() -> choice(ModuleRule.LOWEST, 1, false).withoutRanking())
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("rule lowest needs a ranking; none was given");
        }
    }

    @Nested
    class ByName {
        @Test
        void namesAreExactAndComeInTheNetworksOrder() {
            // When
            ModuleSelection selection = named("layer3.0.conv1", "conv1").withoutRanking();

            // Then
            assertThat(names(selection)).containsExactly("conv1", "layer3.0.conv1");
            assertThat(selection.reason()).isEqualTo("Named in the recipe: conv1 and layer3.0.conv1.");
        }

        @Test
        void anUnknownNameIsRefusedWithTheNearest() {
            assertThatThrownBy(() -> named("layer2.1.conv"))
                    .isInstanceOf(InvalidRecipeException.class)
                    .hasMessage(
                            "rift.choice.modules is layer2.1.conv; allowed: exact names of the network's 21 modules,"
                                    + " from conv1 to linear; did you mean layer2.1.conv1 or layer2.1.conv2?");
            assertThatThrownBy(() -> named("conv1", "layer5.0.conv1", "fc"))
                    .isInstanceOf(InvalidRecipeException.class)
                    .hasMessageStartingWith("rift.choice.modules is layer5.0.conv1, one of 2 unknown names; allowed:")
                    .hasMessageEndingWith("did you mean layer1.0.conv1 or layer2.0.conv1 or layer3.0.conv1?");
        }

        private ModuleChoice named(String... names) {
            return new ModuleChoice(
                    new ModuleChoiceRecipe(
                            null,
                            null,
                            null,
                            Stream.of(names).map(ModulePath::new).toList()),
                    network);
        }
    }

    @Nested
    class WithoutCriticality {
        @Test
        void allAreAll() {
            // When
            ModuleSelection selection = choice(ModuleRule.ALL, null, null).withoutRanking();

            // Then
            assertThat(selection.modules()).isEqualTo(network.modules());
            assertThat(selection.reason())
                    .isEqualTo("All 21 modules of the network, as the recipe says; no criticality was asked for.");
        }

        @Test
        void theLastIsTheLinearLayer() {
            // When
            ModuleSelection selection = choice(ModuleRule.LAST, null, null).withoutRanking();

            // Then
            assertThat(names(selection)).containsExactly("linear");
            assertThat(selection.reason())
                    .isEqualTo("linear, the network's last layer, as the recipe says; no criticality was asked for.");
        }

        @Test
        void noneIsNone() {
            // When
            ModuleSelection selection = choice(ModuleRule.NONE, null, null).withoutRanking();

            // Then
            assertThat(selection.modules()).isEmpty();
            assertThat(selection.reason()).startsWith("No module, as the recipe says: only the batch norms' running");
        }

        @ParameterizedTest
        @EnumSource(
                value = ModuleRule.class,
                names = {"ALL", "LAST", "NONE"})
        void aRankingIsNotAskedFor(ModuleRule rule) {
            assertThatThrownBy(() -> choice(rule, null, null).by(ranking(network)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("rule " + rule.wireName() + " asks for no ranking");
        }
    }

    /** The modules that RiFT's authors publish as theirs, for CIFAR-10, CIFAR-100 and Tiny-ImageNet. */
    @ParameterizedTest
    @CsvSource({
        "RESNET18, layer2.1.conv2",
        "RESNET18, layer3.1.conv2",
        "RESNET34, layer2.3.conv2",
        "RESNET34, layer3.5.conv2",
        "WRN34_10, block1.layer.3.conv2",
        "WRN34_10, block1.layer.2.conv2",
    })
    void thePublishedModulesAreMiddleLayers(Architecture architecture, String module) {
        // Given
        NamedModules modules = modules(architecture);
        int middle = modules.modules().size() - 2 * (modules.modules().size() / 6);
        ModuleChoiceRecipe all = new ModuleChoiceRecipe(ModuleRule.LOWEST, middle, true, null);

        // When
        ModuleSelection selection = new ModuleChoice(all, modules).by(ranking(modules));

        // Then
        assertThat(names(selection)).hasSize(middle).contains(module);
    }

    private ModuleChoice choice(ModuleRule rule, Integer count, Boolean middleLayers) {
        return new ModuleChoice(new ModuleChoiceRecipe(rule, count, middleLayers, null), network);
    }

    private static List<String> names(ModuleSelection selection) {
        return selection.modules().stream().map(module -> module.path().name()).toList();
    }

    private static NamedModules modules(Architecture architecture) {
        return NormalizedNetwork.of(new NetworkSpec(architecture, 2, 10, Normalization.NONE))
                .modules();
    }

    private static CriticalityRanking ranking(NamedModules modules) {
        return new CriticalityRanking(
                IntStream.range(0, modules.modules().size())
                        .mapToObj(i -> new ModuleCriticality(
                                modules.modules().get(i).path(), 9, Math.abs(i - 9), 1.5, List.of()))
                        .toList(),
                48,
                0.1);
    }
}
