package io.faultline.vision.network;

import io.faultline.recipe.ModulePath;

/**
 * A convolution or a linear layer: what module robust criticality calls a module.
 *
 * @param path PyTorch's name
 * @param kind which of the two
 * @param parameters elements of its weight, the bias not counted
 */
public record NamedModule(ModulePath path, Kind kind, long parameters) {
    /** The layers that have a weight matrix. */
    public enum Kind {
        CONVOLUTION,
        LINEAR
    }

    /** The weight's name in a state dict. */
    public String weight() {
        return path.weight();
    }
}
