package io.faultline.vision.network;

import io.faultline.checkpoint.InvalidCheckpointException;
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
 * @param width see {@link Architecture#width}
 * @param depth see {@link Architecture#depth}; null for a family with no choice of depth
 * @param imageSize height and width of the images in pixels, which decides on the network's form (see {@link #hasLargeImages});
 *     networks without position embeddings also take other sizes
 * @param classes K, at least 2
 */
public record NetworkSpec(
        Architecture architecture, int width, Integer depth, int imageSize, int classes, Normalization normalization) {
    /** The side of CIFAR's images: what is meant where nothing is said. */
    public static final int USUAL_IMAGE_SIZE = 32;
    /** The side of the largest images that networks for small images are made for: Tiny-ImageNet's. */
    public static final int LARGEST_SMALL_IMAGE = 64;

    private static final int LARGEST_IMAGE = 1024;
    private static final String ARCHITECTURE = "architecture";
    private static final String WIDTH = "width";
    private static final String DEPTH = "depth";
    private static final String IMAGE_SIZE = "imageSize";
    private static final String CLASSES = "classes";
    private static final String MEAN = "normalization.mean";
    private static final String DEVIATION = "normalization.deviation";

    public NetworkSpec {
        width = architecture.width(width);
        depth = architecture.depth(depth);
        if (imageSize < NormalizedNetwork.SMALLEST_IMAGE || imageSize > LARGEST_IMAGE) {
            throw new IllegalArgumentException("imageSize is " + imageSize + "; allowed: "
                    + NormalizedNetwork.SMALLEST_IMAGE + " to " + LARGEST_IMAGE);
        }
        if (classes < 2 || classes > 1_000_000) {
            throw new IllegalArgumentException("classes is " + classes + "; allowed: 2 to 1000000");
        }
    }

    /** A network of its family's own depth, for images of 32×32. */
    public NetworkSpec(Architecture architecture, int width, int classes, Normalization normalization) {
        this(architecture, width, null, USUAL_IMAGE_SIZE, classes, normalization);
    }

    /** The network a recipe asks for, on a data set of that many classes, with images of 32×32. */
    public static NetworkSpec of(TrainingRecipe recipe, int classes) {
        return of(recipe, classes, USUAL_IMAGE_SIZE);
    }

    /**
     * The network a recipe asks for, on a data set.
     *
     * @param imageSize height and width of its images in pixels
     */
    public static NetworkSpec of(TrainingRecipe recipe, int classes, int imageSize) {
        return new NetworkSpec(
                recipe.architecture(), recipe.width(), recipe.depth(), imageSize, classes, recipe.normalization());
    }

    /**
     * Whether the network has the form for large images, such as ImageNet's: over {@value #LARGEST_SMALL_IMAGE} pixels. A family
     * with two forms starts there with a stem that makes images a quarter of their size, and names tensors as torchvision does.
     */
    public boolean hasLargeImages() {
        return imageSize > LARGEST_SMALL_IMAGE;
    }

    /** The same network with another first layer. */
    public NetworkSpec with(Normalization other) {
        return new NetworkSpec(architecture, width, depth, imageSize, classes, other);
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
        if (depth != null) {
            metadata.put(DEPTH, Integer.toString(depth));
        }
        metadata.put(IMAGE_SIZE, Integer.toString(imageSize));
        metadata.put(CLASSES, Integer.toString(classes));
        metadata.put(MEAN, numbers(normalization.mean()));
        metadata.put(DEVIATION, numbers(normalization.deviation()));
        return metadata;
    }

    /**
     * What a checkpoint's metadata names. Those written before networks had two forms say nothing about depth and image size, and
     * are of the family's own depth and the form for small images.
     *
     * @throws InvalidCheckpointException if an entry is missing or out of range
     */
    public static NetworkSpec fromMetadata(Map<String, String> metadata) {
        try {
            return new NetworkSpec(
                    Architecture.parse(entry(metadata, ARCHITECTURE)),
                    Integer.parseInt(entry(metadata, WIDTH)),
                    metadata.containsKey(DEPTH) ? Integer.valueOf(metadata.get(DEPTH)) : null,
                    metadata.containsKey(IMAGE_SIZE) ? Integer.parseInt(metadata.get(IMAGE_SIZE)) : USUAL_IMAGE_SIZE,
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
