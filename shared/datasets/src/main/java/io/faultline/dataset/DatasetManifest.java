package io.faultline.dataset;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.faultline.recipe.Split;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
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
 * @param protection how its protected images were protected; null if none was
 * @param images the training images, then the test images, each in the order of its split
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DatasetManifest(
        String schema, DatasetForm form, List<String> classes, Protection protection, List<Entry> images) {
    /** Its name beside the data. */
    public static final String FILE = "manifest.json";

    static final String SCHEMA = "io.faultline.dataset-manifest.v1";

    public DatasetManifest {
        refuseUnlessOurs(schema);
        Objects.requireNonNull(form, "form");
        classes = List.copyOf(classes);
        images = List.copyOf(images);
    }

    /** What a manifest says but for its images, of which there may be very many. */
    record Heading(String schema, List<String> classes) {
        Heading {
            refuseUnlessOurs(schema);
            classes = List.copyOf(classes);
        }
    }

    private static void refuseUnlessOurs(String schema) {
        if (!SCHEMA.equals(schema)) {
            throw new IllegalArgumentException("manifest's schema is '" + schema + "'; expected " + SCHEMA);
        }
    }

    /**
     * How images were protected. It says whose key did it, and nothing that helps to undo it.
     *
     * @param method such as {@code cuda}
     * @param keyId names the master key that the filters came from, never the key itself; null with a seed
     * @param insecureSeed whether the filters came from a seed that anybody can search
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Protection(String method, String keyId, boolean insecureSeed) {}

    /**
     * One image.
     *
     * @param split {@link Split#TRAINING} or {@link Split#TEST}
     * @param id unique in its split
     * @param isProtected whether its pixels were changed to protect it
     * @param height in pixels
     * @param width in pixels
     * @param sha256 of the pixels that were written: height × width × (R, G, B) bytes, row by row, before any lossy coding;
     *     lower-case hexadecimal
     */
    public record Entry(
            Split split,
            String id,
            int label,
            @JsonProperty("protected") boolean isProtected,
            int height,
            int width,
            String sha256) {
        /** @param image as it is written */
        public static Entry of(Split split, String id, int label, boolean isProtected, RgbImage image) {
            return new Entry(
                    split,
                    id,
                    label,
                    isProtected,
                    image.height(),
                    image.width(),
                    DatasetManifest.sha256(image.pixels()));
        }

        public Entry {
            Objects.requireNonNull(split, "split");
            Objects.requireNonNull(id, "id");
            Objects.requireNonNull(sha256, "sha256");
        }
    }

    /** The manifest of a data set as it is, nothing protected. */
    public static DatasetManifest of(ImageDataset dataset) {
        List<Entry> images = Stream.concat(
                        entries(dataset.train(), Split.TRAINING), entries(dataset.test(), Split.TEST))
                .toList();
        return new DatasetManifest(SCHEMA, dataset.form(), dataset.classes(), null, images);
    }

    /**
     * The manifest of what is made out of a source.
     *
     * @param protection null if no image was protected
     * @param images the training images, then the test images, each in the order of its split
     * @throws IllegalArgumentException if these are not the source's images
     */
    public static DatasetManifest of(ImageSource source, Protection protection, List<Entry> images) {
        DatasetManifest manifest = new DatasetManifest(SCHEMA, source.form(), source.classes(), protection, images);
        int train = source.index(Split.TRAINING).size();
        boolean fits = images.size() == train + source.index(Split.TEST).size()
                && manifest.lists(0, Split.TRAINING, source.index(Split.TRAINING))
                && manifest.lists(train, Split.TEST, source.index(Split.TEST));
        if (!fits) {
            throw new IllegalArgumentException("the manifest's images are not those of the data set");
        }
        return manifest;
    }

    private boolean lists(int offset, Split split, ImageIndex index) {
        return IntStream.range(0, index.size()).allMatch(i -> {
            Entry entry = images.get(offset + i);
            return entry.split() == split
                    && entry.id().equals(index.ids().get(i))
                    && entry.label() == index.labels()[i];
        });
    }

    private static Stream<Entry> entries(LabeledImages images, Split split) {
        return IntStream.range(0, images.size())
                .parallel()
                .mapToObj(i -> Entry.of(
                        split,
                        images.ids().get(i),
                        images.labels()[i],
                        false,
                        images.images().get(i)))
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
