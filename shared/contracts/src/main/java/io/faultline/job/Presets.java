package io.faultline.job;

import io.faultline.recipe.PoisonPreset;
import java.util.List;

/**
 * What the gateway answers when it is asked for settings that are known to be good.
 *
 * @param poison of the stage that protects
 */
public record Presets(List<PoisonPreset> poison) {
    public Presets {
        poison = List.copyOf(poison);
    }
}
