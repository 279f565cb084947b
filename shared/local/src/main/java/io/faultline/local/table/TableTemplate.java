package io.faultline.local.table;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.faultline.json.FaultlineJson;
import io.faultline.recipe.DatasetRecipe;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A table of jobs: rows that each change a common recipe, and figures that are read from each result.
 *
 * @param title of the table
 * @param figures its columns
 * @param base the recipe that all rows share
 */
public record TableTemplate(String title, List<Figure> figures, JsonNode base, List<Row> rows) {
    private static final List<String> NAMES = List.of("cuda-regimes", "rift-ablations");

    /**
     * A column.
     *
     * @param at where it stands in a job's result, as a JSON pointer to a number in percent
     */
    public record Figure(String title, String at) {}

    /**
     * A row.
     *
     * @param paper the paper's figures, in the order of the columns; null where it has none
     * @param recipe merged into the common recipe (RFC 7396)
     * @param at where this row's figures stand, in the order of the columns, a null where it has none; null where they stand where
     *     the columns say
     */
    public record Row(String label, List<Double> paper, JsonNode recipe, List<String> at) {
        public Row {
            at = at == null ? List.of() : new ArrayList<>(at);
            paper = paper == null ? List.of() : new ArrayList<>(paper);
            if (label == null || recipe == null || !recipe.isObject()) {
                throw new IllegalArgumentException("a row needs a label and a recipe, which is an object");
            }
        }
    }

    public TableTemplate {
        if (title == null || figures == null || figures.isEmpty() || rows == null || rows.isEmpty() || base == null) {
            throw new IllegalArgumentException("a table needs title, figures, base and rows");
        }
        for (Row row : rows) {
            if (!row.at().isEmpty() && row.at().size() != figures.size()) {
                throw new IllegalArgumentException("row '" + row.label() + "' says where "
                        + row.at().size() + " figures stand; the table has " + figures.size() + " columns");
            }
        }
        figures = List.copyOf(figures);
        rows = List.copyOf(rows);
    }

    /** The names of those that come with Faultline. */
    public static List<String> names() {
        return NAMES;
    }

    /**
     * Reads a table.
     *
     * @param nameOrFile one that comes with Faultline, or a JSON file
     * @throws IllegalArgumentException if there is none, or it is none
     */
    public static TableTemplate open(String nameOrFile) {
        try {
            if (NAMES.contains(nameOrFile)) {
                try (InputStream in = TableTemplate.class.getResourceAsStream("/tables/" + nameOrFile + ".json")) {
                    return FaultlineJson.read(in.readAllBytes(), TableTemplate.class);
                }
            }
            return FaultlineJson.mapper().readValue(Files.readAllBytes(Path.of(nameOrFile)), TableTemplate.class);
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException(
                    "table '" + nameOrFile + "' is none of " + NAMES + ", and no file; name one of either", e);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("table '" + nameOrFile + "': " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException("table '" + nameOrFile + "' cannot be read", e);
        }
    }

    /** Where a row's figure stands in a job's result; empty where the row has none. */
    Optional<String> at(Row row, int column) {
        return Optional.ofNullable(
                row.at().isEmpty() ? figures.get(column).at() : row.at().get(column));
    }

    /** The rows whose label contains one of the texts; all of them where there is none. */
    public TableTemplate only(List<String> texts) {
        if (texts.isEmpty()) {
            return this;
        }
        List<Row> chosen = rows.stream()
                .filter(row -> texts.stream().anyMatch(row.label()::contains))
                .toList();
        if (chosen.isEmpty()) {
            throw new IllegalArgumentException("no row's label contains one of " + texts + "; there are "
                    + rows.stream().map(Row::label).toList());
        }
        return new TableTemplate(title, figures, base, chosen);
    }

    /** This table with a change of the common recipe (RFC 7396). */
    public TableTemplate with(JsonNode change) {
        return new TableTemplate(title, figures, merged(base, change), rows);
    }

    /**
     * A row's recipe.
     *
     * @param seed of everything that is drawn, filters included: a table is for reproduction, not for publishing
     */
    public byte[] recipe(Row row, DatasetRecipe dataset, int seed) {
        ObjectNode recipe = (ObjectNode) merged(base, row.recipe());
        recipe.put("name", row.label() + ", seed " + seed);
        recipe.put("seed", seed);
        recipe.set("dataset", FaultlineJson.mapper().valueToTree(dataset));
        if (recipe.get("poison") instanceof ObjectNode poison && !poison.has("numpySeed")) {
            poison.put("numpySeed", seed);
        }
        return FaultlineJson.canonicalBytes(recipe);
    }

    private static JsonNode merged(JsonNode target, JsonNode change) {
        if (!(change instanceof ObjectNode fields)) {
            return change;
        }
        ObjectNode merged = target instanceof ObjectNode object
                ? object.deepCopy()
                : FaultlineJson.mapper().createObjectNode();
        fields.properties().forEach(field -> {
            if (field.getValue().isNull()) {
                merged.remove(field.getKey());
            } else {
                merged.set(field.getKey(), merged(merged.get(field.getKey()), field.getValue()));
            }
        });
        return merged;
    }
}
