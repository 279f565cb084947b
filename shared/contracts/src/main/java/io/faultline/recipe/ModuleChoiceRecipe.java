package io.faultline.recipe;

import static io.faultline.recipe.Bounds.between;
import static io.faultline.recipe.Bounds.orElse;

import java.util.HashSet;
import java.util.List;

/**
 * Which modules are fine-tuned.
 *
 * @param rule the lowest criticality where none is given
 * @param count how many by criticality; 1 where none is given, null with another rule
 * @param middleLayers whether the first and the last sixth of the modules are left out, since RiFT's authors suggest middle
 *     layers; false where nothing is given
 * @param modules their exact names, never parts of them; with rule {@code named} alone
 */
public record ModuleChoiceRecipe(ModuleRule rule, Integer count, Boolean middleLayers, List<ModulePath> modules) {
    private static final String NAMES =
            "the exact names of one or more modules, such as layer2.1.conv2, with rule \"named\"";

    /** RiFT's choice. */
    public static final ModuleChoiceRecipe LOWEST = new ModuleChoiceRecipe(null, null, null, null);

    public ModuleChoiceRecipe {
        modules = modules == null ? List.of() : Bounds.whole("modules", modules, NAMES);
        rule = orElse(rule, modules.isEmpty() ? ModuleRule.LOWEST : ModuleRule.NAMED);
        if ((rule == ModuleRule.NAMED) == modules.isEmpty()) {
            throw new InvalidRecipeException("modules", modules, NAMES + ", and none with another");
        }
        if (new HashSet<>(modules).size() < modules.size()) {
            throw new InvalidRecipeException("modules", modules, "each module once");
        }
        if (rule.byCriticality()) {
            count = between("count", orElse(count, 1), 1, 10_000);
        } else if (count != null) {
            throw new InvalidRecipeException("count", count, "nothing, unless rule is lowest or highest");
        }
        middleLayers = orElse(middleLayers, Boolean.FALSE);
        if (middleLayers && !rule.byCriticality()) {
            throw new InvalidRecipeException("middleLayers", true, "false, unless rule is lowest or highest");
        }
    }
}
