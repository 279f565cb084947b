package io.faultline.recipe;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/**
 * PyTorch's name of a module of a network, such as {@code layer2.1.conv2}; compared exactly, never as a substring.
 */
public record ModulePath(@JsonValue String name) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_]+(\\.[A-Za-z0-9_]+)*");

    @JsonCreator
    public ModulePath {
        if (name == null || !NAME.matcher(name).matches()) {
            throw new InvalidRecipeException("module", "'" + name + "'", "a name such as layer2.1.conv2");
        }
    }

    /** The name of this module's weight tensor in a state dict. */
    public String weight() {
        return name + ".weight";
    }

    @Override
    public String toString() {
        return name;
    }
}
