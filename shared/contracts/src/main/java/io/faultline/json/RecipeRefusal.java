package io.faultline.json;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonMappingException.Reference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.InvalidTypeIdException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import io.faultline.artifact.ArtifactId;
import io.faultline.recipe.InvalidRecipeException;
import io.faultline.recipe.Ratio;
import io.faultline.recipe.Seed;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Turns what the JSON library says of a recipe into a refusal that names the field, its value and what is allowed. */
final class RecipeRefusal {
    private static final String ROOT = "recipe";
    private static final int LONGEST_VALUE = 120;

    private final JsonNode recipe;
    private final ObjectMapper mapper;

    /**
     * @param recipe as it was given
     * @param mapper knows the wire names of enums
     */
    RecipeRefusal(JsonNode recipe, ObjectMapper mapper) {
        this.recipe = recipe;
        this.mapper = mapper;
    }

    InvalidRecipeException of(JsonMappingException failure) {
        String path = path(failure.getPath());
        JsonNode given = at(failure.getPath());
        Optional<InvalidRecipeException> own = cause(failure, InvalidRecipeException.class);
        if (own.isPresent()) {
            // a record is refused because of one of its fields, a value such as a fraction as a whole
            InvalidRecipeException refused = own.get();
            return new InvalidRecipeException(
                    hasField(expected(failure), refused.field()) ? join(path, refused.field()) : path,
                    refused.value(),
                    refused.allowed());
        }
        if (failure instanceof UnrecognizedPropertyException unknown) {
            return new InvalidRecipeException(path, "an unknown field", fields(unknown));
        }
        if (failure instanceof InvalidTypeIdException unknown && given.isObject()) {
            Class<?> type = unknown.getBaseType().getRawClass();
            return new InvalidRecipeException(
                    join(path, kindField(type)),
                    unknown.getTypeId() == null ? "missing" : "'" + cut(unknown.getTypeId()) + "'",
                    String.join(", ", kinds(type)));
        }
        return new InvalidRecipeException(path.isEmpty() ? ROOT : path, shown(given), allowed(expected(failure)));
    }

    /** A recipe that is JSON but no object. */
    InvalidRecipeException notAnObject() {
        return new InvalidRecipeException(ROOT, recipe.isMissingNode() ? "empty" : shown(recipe), "a JSON object");
    }

    private static String path(List<Reference> steps) {
        StringBuilder path = new StringBuilder();
        for (Reference step : steps) {
            if (step.getFieldName() == null) {
                path.append('[').append(step.getIndex()).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(step.getFieldName());
            }
        }
        return path.toString();
    }

    private JsonNode at(List<Reference> steps) {
        JsonNode node = recipe;
        for (Reference step : steps) {
            node = step.getFieldName() == null ? node.path(step.getIndex()) : node.path(step.getFieldName());
        }
        return node;
    }

    private static String join(String path, String field) {
        return path.isEmpty() ? field : path + "." + field;
    }

    /** @param field may lead on into a field's own fields, such as {@code loss.beta} */
    private static boolean hasField(Class<?> type, String field) {
        return type.isRecord()
                && Arrays.stream(type.getRecordComponents())
                        .anyMatch(component -> component.getName().equals(field.split("\\.")[0]));
    }

    private static String fields(UnrecognizedPropertyException unknown) {
        return unknown.getKnownPropertyIds().stream()
                .map(String::valueOf)
                .sorted()
                .collect(Collectors.collectingAndThen(
                        Collectors.joining(", "), names -> names.isEmpty() ? "no further field" : names));
    }

    private static String kindField(Class<?> type) {
        return type.getAnnotation(JsonTypeInfo.class).property();
    }

    private static List<String> kinds(Class<?> type) {
        return Arrays.stream(type.getAnnotation(JsonSubTypes.class).value())
                .map(JsonSubTypes.Type::name)
                .toList();
    }

    private static Class<?> expected(JsonMappingException failure) {
        if (failure instanceof InvalidTypeIdException wrong) {
            return wrong.getBaseType().getRawClass();
        }
        if (failure instanceof ValueInstantiationException wrong) {
            return wrong.getType().getRawClass();
        }
        return Stream.of(
                        cause(failure, MismatchedInputException.class).map(MismatchedInputException::getTargetType),
                        cause(failure, InputCoercionException.class).map(InputCoercionException::getTargetType))
                .flatMap(Optional::stream)
                .findFirst()
                .orElse(Object.class);
    }

    private String allowed(Class<?> type) {
        if (type == Integer.class || type == int.class) {
            return "a whole number from " + Integer.MIN_VALUE + " to " + Integer.MAX_VALUE;
        }
        if (type == Long.class || type == long.class || type == Seed.class) {
            return "a whole number from " + Long.MIN_VALUE + " to " + Long.MAX_VALUE;
        }
        if (type == Double.class || type == double.class) {
            return "a number";
        }
        if (type == Boolean.class || type == boolean.class) {
            return "true or false";
        }
        if (type == Ratio.class) {
            return "a fraction such as \"8/255\" or a decimal number";
        }
        if (type == ArtifactId.class) {
            return "sha256: and 64 lower-case hexadecimal digits";
        }
        if (type.isEnum()) {
            return Arrays.stream(type.getEnumConstants())
                    .map(constant -> mapper.valueToTree(constant).asText())
                    .collect(Collectors.joining(", "));
        }
        if (Collection.class.isAssignableFrom(type)) {
            return "a list";
        }
        if (type.isAnnotationPresent(JsonSubTypes.class)) {
            return "an object whose field " + kindField(type) + " is one of " + String.join(", ", kinds(type));
        }
        return type.isRecord() ? "an object" : "a text";
    }

    private static String shown(JsonNode node) {
        if (node.isMissingNode()) {
            return "missing";
        }
        return node.isTextual() ? "'" + cut(node.textValue()) + "'" : cut(node.toString());
    }

    private static String cut(String text) {
        return text.length() <= LONGEST_VALUE ? text : text.substring(0, LONGEST_VALUE) + "…";
    }

    private static <T extends Throwable> Optional<T> cause(Throwable failure, Class<T> type) {
        return Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
                .filter(type::isInstance)
                .map(type::cast)
                .findFirst();
    }
}
