package io.faultline.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.faultline.recipe.InvalidRecipeException;
import io.faultline.recipe.Recipe;
import java.io.IOException;
import java.io.UncheckedIOException;

/** The wire form of recipes, events and reports. */
public final class FaultlineJson {
    private static final ObjectMapper LENIENT = mapper(false);
    private static final ObjectMapper STRICT = mapper(true);

    private FaultlineJson() {}

    /**
     * The mapper for events and reports: sorted keys, so that equal values have equal bytes; fields it does not know are
     * passed over, since fields may be added.
     */
    public static ObjectMapper mapper() {
        return LENIENT;
    }

    /** The canonical bytes of a value: UTF-8, keys sorted, no white space. */
    public static byte[] canonicalBytes(Object value) {
        try {
            // through a tree, whose objects are sorted like maps whatever type they came from
            Object tree = LENIENT.convertValue(value, Object.class);
            return LENIENT.writeValueAsBytes(tree);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @throws UncheckedIOException if the bytes are not this type's JSON */
    public static <T> T read(byte[] json, Class<T> type) {
        try {
            return LENIENT.readValue(json, type);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads a recipe as a person wrote it: an unknown field is refused, since it is most likely a misspelt one.
     *
     * @throws InvalidRecipeException naming the field, its value and what is allowed
     */
    public static Recipe readRecipe(byte[] json) {
        JsonNode tree;
        try {
            tree = STRICT.readTree(json);
        } catch (IOException e) {
            throw new InvalidRecipeException("recipe", "not JSON (" + where(e) + ")", "a JSON object");
        }
        RecipeRefusal refusal = new RecipeRefusal(tree, STRICT);
        if (!tree.isObject()) {
            throw refusal.notAnObject();
        }
        try {
            return STRICT.treeToValue(tree, Recipe.class);
        } catch (JsonMappingException e) {
            throw refusal.of(e);
        } catch (JsonProcessingException e) {
            throw new InvalidRecipeException("recipe", firstLine(e.getOriginalMessage()), "a JSON object");
        }
    }

    private static String where(IOException failure) {
        if (failure instanceof JsonProcessingException broken && broken.getLocation() != null) {
            return firstLine(broken.getOriginalMessage()) + " at line "
                    + broken.getLocation().getLineNr() + ", column "
                    + broken.getLocation().getColumnNr();
        }
        return firstLine(failure.getMessage());
    }

    private static String firstLine(String text) {
        return text == null ? "" : text.lines().findFirst().orElse("");
    }

    private static ObjectMapper mapper(boolean strict) {
        CoercionAction otherThanText = strict ? CoercionAction.Fail : CoercionAction.TryConvert;
        return JsonMapper.builder()
                .addModule(new JavaTimeModule())
                .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
                .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
                .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
                .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
                .configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, strict)
                .configure(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY, strict)
                // a text is no number and a number no text: "10" for 10 is a slip that would hide another
                .configure(MapperFeature.ALLOW_COERCION_OF_SCALARS, !strict)
                .withCoercionConfig(
                        LogicalType.Textual, texts -> texts.setCoercion(CoercionInputShape.Integer, otherThanText)
                                .setCoercion(CoercionInputShape.Float, otherThanText)
                                .setCoercion(CoercionInputShape.Boolean, otherThanText))
                .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .disable(DeserializationFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE)
                .build();
    }
}
