package io.faultline.vision.network;

import io.faultline.recipe.Architecture;
import io.faultline.recipe.Normalization;
import io.faultline.recipe.TrainingRecipe;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Which network: what a checkpoint must say beside its weights for them to be used again.
 *
 * @param width channels of the first stage; 64 for the papers' networks
 * @param classes K, at least 2
 */
public record NetworkSpec(Architecture architecture, int width, int classes, Normalization normalization) {
    private static final String ARCHITECTURE = "architecture";
    private static final String WIDTH = "width";
    private static final String CLASSES = "classes";
    private static final String MEAN = "normalization.mean";
    private static final String DEVIATION = "normalization.deviation";

    public NetworkSpec {
        if (width < 1 || width > 1024) {
            throw new IllegalArgumentException("width is " + width + "; allowed: 1 to 1024");
        }
        if (classes < 2 || classes > 1_000_000) {
            throw new IllegalArgumentException("classes is " + classes + "; allowed: 2 to 1000000");
        }
    }

    /** The network a recipe asks for, on a data set of that many classes. */
    public static NetworkSpec of(TrainingRecipe recipe, int classes) {
        return new NetworkSpec(recipe.architecture(), recipe.width(), classes, recipe.normalization());
    }

    /** The same network with another first layer. */
    public NetworkSpec with(Normalization other) {
        return new NetworkSpec(architecture, width, classes, other);
    }

    /** What a file that Faultline wrote says of its first layer; empty for another's. */
    public static Optional<Normalization> normalizationIn(Map<String, String> metadata) {
        return metadata.containsKey(ARCHITECTURE)
                ? Optional.of(fromMetadata(metadata).normalization())
                : Optional.empty();
    }

    /** This specification as a checkpoint's metadata. */
    public Map<String, String> metadata() {
        Map<String, String> metadata = new TreeMap<>();
        metadata.put("format", "pt");
        metadata.put(ARCHITECTURE, architecture.wireName());
        metadata.put(WIDTH, Integer.toString(width));
        metadata.put(CLASSES, Integer.toString(classes));
        metadata.put(MEAN, numbers(normalization.mean()));
        metadata.put(DEVIATION, numbers(normalization.deviation()));
        return metadata;
    }

    /** @throws InvalidCheckpointException if an entry is missing or out of range */
    public static NetworkSpec fromMetadata(Map<String, String> metadata) {
        try {
            return new NetworkSpec(
                    Architecture.parse(entry(metadata, ARCHITECTURE)),
                    Integer.parseInt(entry(metadata, WIDTH)),
                    Integer.parseInt(entry(metadata, CLASSES)),
                    new Normalization(numbers(entry(metadata, MEAN)), numbers(entry(metadata, DEVIATION))));
        } catch (IllegalArgumentException e) {
            throw new InvalidCheckpointException("the checkpoint's metadata names no network: " + e.getMessage(), e);
        }
    }

    private static String entry(Map<String, String> metadata, String key) {
        String value = metadata.get(key);
        if (value == null) {
            throw new InvalidCheckpointException("the checkpoint's metadata has no '" + key + "' but "
                    + metadata.keySet() + "; write it with Faultline, or add the entry");
        }
        return value;
    }

    private static String numbers(List<Double> values) {
        return values.stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    private static List<Double> numbers(String text) {
        return Arrays.stream(text.split(",")).map(Double::valueOf).toList();
    }
}
