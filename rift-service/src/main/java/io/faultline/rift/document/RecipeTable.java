package io.faultline.rift.document;

import com.fasterxml.jackson.databind.JsonNode;
import io.faultline.json.FaultlineJson;
import io.faultline.recipe.Recipe;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * One part of a recipe with every value, defaults included, under the names that a recipe gives them.
 *
 * @param name the part's, such as {@code rift}
 */
record RecipeTable(String name, List<Parameter> parameters) {
    /** @param path such as {@code interpolation.tolerance} */
    record Parameter(String path, String value) {}

    /** The parts that say what happened to the network first. */
    private static final List<String> PARTS = List.of("rift", "training", "poison", "dataset");

    private static final String NOT_SET = "not set";

    static List<RecipeTable> of(Recipe recipe) {
        JsonNode tree = FaultlineJson.mapper().valueToTree(recipe);
        List<RecipeTable> tables = new ArrayList<>();
        for (String part : PARTS) {
            if (!tree.path(part).isMissingNode() && !tree.path(part).isNull()) {
                List<Parameter> parameters = new ArrayList<>();
                collect("", tree.path(part), parameters);
                tables.add(new RecipeTable(part, parameters));
            }
        }
        return tables;
    }

    private static void collect(String path, JsonNode node, List<Parameter> parameters) {
        if (node.isObject()) {
            node.properties()
                    .forEach(field -> collect(
                            path.isEmpty() ? field.getKey() : path + "." + field.getKey(),
                            field.getValue(),
                            parameters));
        } else if (node.isArray()
                && StreamSupport.stream(node.spliterator(), false).anyMatch(JsonNode::isContainerNode)) {
            for (int i = 0; i < node.size(); i++) {
                collect(path + "[" + i + "]", node.get(i), parameters);
            }
        } else if (node.isArray()) {
            parameters.add(new Parameter(path, list(node)));
        } else {
            parameters.add(new Parameter(path, node.isNull() ? NOT_SET : node.asText()));
        }
    }

    private static String list(JsonNode array) {
        return array.isEmpty()
                ? "none"
                : StreamSupport.stream(array.spliterator(), false)
                        .map(JsonNode::asText)
                        .collect(Collectors.joining(", "));
    }
}
