package io.faultline.dataset;

import io.faultline.recipe.Split;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Some of a source's images, such as a drawn subset or those of some classes. Closing it closes the source. */
public final class SelectedImages implements ImageSource {
    private static final int NONE = -1;

    private final ImageSource source;
    private final Map<Split, int[]> places;
    private final Map<Split, ImageIndex> indexes;
    private final List<String> classes;
    private final List<String> descriptions;

    /**
     * @param trainPlaces in the source's training split, in the order that they shall have here
     * @param testPlaces in the source's test split
     */
    public SelectedImages(ImageSource source, int[] trainPlaces, int[] testPlaces) {
        this(
                source,
                Map.of(Split.TRAINING, trainPlaces.clone(), Split.TEST, testPlaces.clone()),
                IntStream.range(0, source.classes().size()).toArray());
    }

    private SelectedImages(ImageSource source, Map<Split, int[]> places, int[] kept) {
        int[] newLabels = new int[source.classes().size()];
        Arrays.fill(newLabels, NONE);
        IntStream.range(0, kept.length).forEach(label -> newLabels[kept[label]] = label);
        this.source = source;
        this.places = places;
        this.indexes = Map.of(
                Split.TRAINING, selected(source, Split.TRAINING, places, newLabels),
                Split.TEST, selected(source, Split.TEST, places, newLabels));
        this.classes = IntStream.of(kept).mapToObj(source.classes()::get).toList();
        this.descriptions =
                IntStream.of(kept).mapToObj(source.descriptions()::get).toList();
    }

    /**
     * The images of some classes, which get new labels. The images stay in the source's order.
     *
     * @param kept label in the source of each new label
     * @throws IllegalArgumentException if a class is to be kept twice
     */
    public static SelectedImages ofClasses(ImageSource source, int[] kept) {
        BitSet wanted = new BitSet();
        IntStream.of(kept).forEach(wanted::set);
        if (wanted.cardinality() != kept.length) {
            throw new IllegalArgumentException("a class is kept twice: " + Arrays.toString(kept));
        }
        return new SelectedImages(
                source,
                Map.of(
                        Split.TRAINING, placesOf(wanted, source.index(Split.TRAINING)),
                        Split.TEST, placesOf(wanted, source.index(Split.TEST))),
                kept);
    }

    private static int[] placesOf(BitSet wanted, ImageIndex index) {
        return IntStream.range(0, index.size())
                .filter(place -> wanted.get(index.labels()[place]))
                .toArray();
    }

    private static ImageIndex selected(ImageSource source, Split split, Map<Split, int[]> places, int[] newLabels) {
        ImageIndex chosen = source.index(split).select(places.get(split));
        return new ImageIndex(
                chosen.ids(),
                IntStream.of(chosen.labels()).map(label -> newLabels[label]).toArray());
    }

    @Override
    public DatasetForm form() {
        return source.form();
    }

    @Override
    public List<String> classes() {
        return classes;
    }

    @Override
    public List<String> descriptions() {
        return descriptions;
    }

    @Override
    public ImageIndex index(Split split) {
        return indexes.get(split);
    }

    /** Passes over the whole source, of which it decodes images that are not wanted too. */
    @Override
    public void forEach(Visitor visitor, ReadProgress progress) {
        Map<Split, int[]> placeHere =
                Map.of(Split.TRAINING, placesHere(Split.TRAINING), Split.TEST, placesHere(Split.TEST));
        source.forEach(
                (split, place, image) -> {
                    int here = placeHere.get(split)[place];
                    if (here >= 0) {
                        visitor.visit(split, here, image);
                    }
                },
                progress);
    }

    @Override
    public boolean hasRandomAccess() {
        return source.hasRandomAccess();
    }

    @Override
    public List<RgbImage> read(Split split, int[] wanted) {
        int[] here = places.get(split);
        return source.read(split, IntStream.of(wanted).map(place -> here[place]).toArray());
    }

    @Override
    public void close() {
        source.close();
    }

    /** By place in the source: the place here, or {@link #NONE}. */
    private int[] placesHere(Split split) {
        int[] inverse = new int[source.index(split).size()];
        Arrays.fill(inverse, NONE);
        int[] here = places.get(split);
        IntStream.range(0, here.length).forEach(i -> inverse[here[i]] = i);
        return inverse;
    }
}
