package io.faultline.rift.interpolation;

import io.faultline.recipe.Split;

/** What a split is called in a sentence. */
final class SplitNames {
    private SplitNames() {}

    static String of(Split split) {
        return switch (split) {
            case TRAINING -> "training split";
            case HELD_OUT -> "held-out split";
            case TEST -> "test split";
        };
    }
}
