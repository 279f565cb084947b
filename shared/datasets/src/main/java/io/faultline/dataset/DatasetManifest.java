package io.faultline.dataset;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.faultline.recipe.Split;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What lies beside a written data set as {@code manifest.json}: every image by name and content, and whether it was
 * protected.
 *
 * @param schema {@value #SCHEMA}; tells our manifest from any other file of that name
 * @param form how the data set is laid out
 * @param classes their names, by label
 * @param images the training images, then the test images, each in the order of its split
 */
public record DatasetManifest(String schema, DatasetForm form, List<String> classes, List<Entry> images) {
    /** Its name beside the data. */
    public static final String FILE = "manifest.json";

    static final String SCHEMA = "io.faultline.dataset-manifest.v1";

    public DatasetManifest {
        if (!SCHEMA.equals(schema)) {
            throw new IllegalArgumentException("manifest's schema is '" + schema + "'; expected " + SCHEMA);
        }
        Objects.requireNonNull(form, "form");
        classes = List.copyOf(classes);
        images = List.copyOf(images);
    }

    /**
     * One image.
     *
     * @param split {@link Split#TRAINING} or {@link Split#TEST}
     * @param id unique in its split
     * @param isProtected whether its pixels were changed to protect it
     * @param sha256 of its pixels: height × width × (R, G, B) bytes, row by row; lower-case hexadecimal
     */
    public record Entry(
            Split split,
            String id,
            int label,
            @JsonProperty("protected") boolean isProtected,
            String sha256) {
        public Entry {
            Objects.requireNonNull(split, "split");
            Objects.requireNonNull(id, "id");
            Objects.requireNonNull(sha256, "sha256");
        }
    }

    /** The manifest of a data set as it is, nothing protected. */
    public static DatasetManifest of(ImageDataset dataset) {
        return of(dataset, new BitSet());
    }

    /**
     * The manifest of a data set.
     *
     * @param protectedTraining the places in the training split that were protected
     */
    public static DatasetManifest of(ImageDataset dataset, BitSet protectedTraining) {
        if (protectedTraining.length() > dataset.train().size()) {
            throw new IllegalArgumentException("protected image at place " + (protectedTraining.length() - 1)
                    + "; the training split has " + dataset.train().size());
        }
        List<Entry> images = Stream.concat(
                        entries(dataset.train(), Split.TRAINING, protectedTraining),
                        entries(dataset.test(), Split.TEST, new BitSet()))
                .toList();
        return new DatasetManifest(SCHEMA, dataset.form(), dataset.classes(), images);
    }

    private static Stream<Entry> entries(LabeledImages images, Split split, BitSet isProtected) {
        return IntStream.range(0, images.size())
                .parallel()
                .mapToObj(i -> new Entry(
                        split,
                        images.ids().get(i),
                        images.labels()[i],
                        isProtected.get(i),
                        sha256(images.images().get(i).pixels())))
                .toList()
                .stream();
    }

    private static String sha256(byte[] pixels) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(pixels));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
