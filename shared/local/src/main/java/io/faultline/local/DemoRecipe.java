package io.faultline.local;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.faultline.json.FaultlineJson;
import io.faultline.recipe.DatasetRecipe;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The demonstration's recipes, as JSON beside this class; each gets the data set of the day. */
enum DemoRecipe {
    CLEAN("(a) clean ERM", "clean-erm.json"),
    POISONED("(b) CUDA ERM", "cuda-erm.json"),
    ROBUST("(c) AT + RiFT", "at-rift.json");

    private final String label;
    private final String resource;

    DemoRecipe(String label, String resource) {
        this.label = label;
        this.resource = resource;
    }

    String label() {
        return label;
    }

    /** The recipe's JSON on that data set. */
    byte[] on(DatasetRecipe dataset) {
        try (InputStream template = DemoRecipe.class.getResourceAsStream("/demo/" + resource)) {
            ObjectNode recipe = (ObjectNode) FaultlineJson.mapper().readTree(template);
            recipe.put("name", label);
            recipe.set("dataset", FaultlineJson.mapper().valueToTree(dataset));
            return FaultlineJson.mapper().writeValueAsBytes(recipe);
        } catch (IOException e) {
            throw new UncheckedIOException("demo recipe " + resource + " cannot be read", e);
        }
    }
}
