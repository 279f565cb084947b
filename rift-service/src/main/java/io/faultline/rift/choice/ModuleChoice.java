package io.faultline.rift.choice;

import io.faultline.recipe.InvalidRecipeException;
import io.faultline.recipe.ModuleChoiceRecipe;
import io.faultline.recipe.ModulePath;
import io.faultline.recipe.ModuleRule;
import io.faultline.report.ModuleCriticality;
import io.faultline.rift.criticality.CriticalityRanking;
import io.faultline.vision.network.NamedModule;
import io.faultline.vision.network.NamedModules;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Which modules of a network a recipe fine-tunes: RiFT's choice, the least critical one, and the paper's ablations (Zhu et al.,
 * ICCV 2023, Sec. 4, Tables 3 and 4). A module is a convolution or a linear layer, and its weight is what is trained.
 *
 * @implNote The authors' script is told a part of a name, and trains every tensor whose name contains it, so that {@code conv1}
 *     means the stem and every first convolution of a block. Names are exact here.
 */
public record ModuleChoice(ModuleChoiceRecipe recipe, NamedModules network) {
    // the share at either end that is no middle layer
    private static final int ENDS = 6;

    /** @throws InvalidRecipeException if the network has no module of a name, or fewer than are to be chosen */
    public ModuleChoice {
        List<ModulePath> unknown = recipe.modules().stream()
                .filter(name -> network.modules().stream()
                        .noneMatch(module -> module.path().equals(name)))
                .toList();
        if (!unknown.isEmpty()) {
            throw unknown(unknown, network);
        }
        int candidates = candidates(recipe, network).size();
        if (recipe.rule().byCriticality() && recipe.count() > candidates) {
            throw new InvalidRecipeException(
                    "rift.choice.count",
                    recipe.count(),
                    "1 to " + candidates + ", as many modules as the network has"
                            + (recipe.middleLayers()
                                    ? " without the first and the last " + ends(network) + " of its "
                                            + network.modules().size()
                                    : ""));
        }
    }

    private static InvalidRecipeException unknown(List<ModulePath> unknown, NamedModules network) {
        List<NamedModule> modules = network.modules();
        return new InvalidRecipeException(
                "rift.choice.modules",
                unknown.get(0) + (unknown.size() == 1 ? "" : ", one of " + unknown.size() + " unknown names"),
                "exact names of the network's " + modules.size() + " modules, from "
                        + modules.get(0).path() + " to "
                        + modules.get(modules.size() - 1).path() + "; " + network.nearest(unknown.get(0)));
    }

    /**
     * The choice by a rule that does not ask for criticality.
     *
     * @throws IllegalStateException if the rule does
     */
    public ModuleSelection withoutRanking() {
        List<NamedModule> all = network.modules();
        return switch (recipe.rule()) {
            case NAMED -> {
                List<NamedModule> named = all.stream()
                        .filter(module -> recipe.modules().contains(module.path()))
                        .toList();
                yield new ModuleSelection(named, "Named in the recipe: " + enumeration(names(named)) + ".");
            }
            case ALL ->
                new ModuleSelection(
                        all,
                        "All " + all.size()
                                + " modules of the network, as the recipe says; no criticality was asked for.");
            case LAST -> {
                NamedModule last = all.get(all.size() - 1);
                yield new ModuleSelection(
                        List.of(last),
                        last.path() + ", the network's last layer, as the recipe says; no criticality was asked for.");
            }
            case NONE ->
                new ModuleSelection(
                        List.of(),
                        "No module, as the recipe says: only the batch norms' running statistics move, the control for what"
                                + " they bring on their own.");
            case LOWEST, HIGHEST ->
                throw new IllegalStateException(
                        "rule " + recipe.rule().wireName() + " needs a ranking; none was given");
        };
    }

    /**
     * The choice by criticality.
     *
     * @param ranking of all the network's modules
     * @throws IllegalStateException if the rule asks for none
     * @throws IllegalArgumentException if it is of other modules
     */
    public ModuleSelection by(CriticalityRanking ranking) {
        if (!recipe.rule().byCriticality()) {
            throw new IllegalStateException("rule " + recipe.rule().wireName() + " asks for no ranking");
        }
        refuseOtherModules(ranking);
        List<ModuleCriticality> ordered = ordered(ranking);
        List<ModuleCriticality> chosen = ordered.subList(0, recipe.count());
        Set<ModulePath> paths = new HashSet<>();
        chosen.forEach(criticality -> paths.add(criticality.module()));
        return new ModuleSelection(
                network.modules().stream()
                        .filter(module -> paths.contains(module.path()))
                        .toList(),
                reason(ranking, ordered));
    }

    private void refuseOtherModules(CriticalityRanking ranking) {
        Set<ModulePath> ranked = new HashSet<>();
        ranking.ascending().forEach(criticality -> ranked.add(criticality.module()));
        Set<ModulePath> own = new HashSet<>();
        network.modules().forEach(module -> own.add(module.path()));
        if (!ranked.equals(own)) {
            throw new IllegalArgumentException(
                    "the ranking has the modules " + ranked + "; expected those of the network, " + own);
        }
    }

    /** The candidates as the rule prefers them; of equal ones the first in the network's order, as in the ranking. */
    private List<ModuleCriticality> ordered(CriticalityRanking ranking) {
        Set<ModulePath> candidates = new HashSet<>();
        candidates(recipe, network).forEach(module -> candidates.add(module.path()));
        Comparator<ModuleCriticality> ascending = Comparator.comparingDouble(ModuleCriticality::mrc);
        return ranking.ascending().stream()
                .filter(criticality -> candidates.contains(criticality.module()))
                .sorted(recipe.rule() == ModuleRule.LOWEST ? ascending : ascending.reversed())
                .toList();
    }

    private static List<NamedModule> candidates(ModuleChoiceRecipe recipe, NamedModules network) {
        List<NamedModule> all = network.modules();
        return recipe.middleLayers() ? all.subList(ends(network), all.size() - ends(network)) : all;
    }

    private static int ends(NamedModules network) {
        return network.modules().size() / ENDS;
    }

    private String reason(CriticalityRanking ranking, List<ModuleCriticality> ordered) {
        boolean usual = recipe.rule() == ModuleRule.LOWEST && recipe.count() == 1 && !recipe.middleLayers();
        if (usual) {
            return ranking.reason();
        }
        List<ModuleCriticality> chosen = ordered.subList(0, recipe.count());
        String one = chosen.size() == 1 ? "has the %s robust criticality" : "have the %s robust criticalities";
        String left = ends(network) == 1 ? "the first and the last" : "the first and the last " + ends(network);
        return enumeration(chosen.stream().map(ModuleChoice::figure).toList())
                + " "
                + String.format(Locale.ROOT, one, recipe.rule().wireName())
                + " of "
                + (recipe.middleLayers()
                        ? "the " + ordered.size() + " middle modules, without " + left + " of the network's "
                                + network.modules().size()
                        : ordered.size() + " modules")
                + (ordered.size() > chosen.size() ? "; next is " + figure(ordered.get(chosen.size())) : "")
                + String.format(
                        Locale.ROOT,
                        ". In brackets is how far the mean loss on %d fixed adversarial examples rises while a module's"
                                + " weights move by at most %.4g %% of their norm.",
                        ranking.examples(),
                        100 * ranking.radius());
    }

    private static String figure(ModuleCriticality criticality) {
        return String.format(Locale.ROOT, "%s (%.4g)", criticality.module(), criticality.mrc());
    }

    private static List<String> names(List<NamedModule> modules) {
        return modules.stream().map(module -> module.path().name()).toList();
    }

    private static String enumeration(List<String> items) {
        int last = items.size() - 1;
        return last == 0 ? items.get(0) : String.join(", ", items.subList(0, last)) + " and " + items.get(last);
    }
}
