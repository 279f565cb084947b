package io.faultline.dataset;

import io.faultline.recipe.Split;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Some of a source's images, such as a drawn subset or some of its classes. Closing it closes the source. */
public final class SelectedImages implements ImageSource {
    private final ImageSource source;
    private final Map<Split, int[]> places;
    private final Map<Split, ImageIndex> indexes;

    /**
     * @param trainPlaces in the source's training split, in the order that they shall have here
     * @param testPlaces in the source's test split
     */
    public SelectedImages(ImageSource source, int[] trainPlaces, int[] testPlaces) {
        this.source = source;
        this.places = Map.of(Split.TRAINING, trainPlaces.clone(), Split.TEST, testPlaces.clone());
        this.indexes = Map.of(
                Split.TRAINING, source.index(Split.TRAINING).select(trainPlaces),
                Split.TEST, source.index(Split.TEST).select(testPlaces));
    }

    @Override
    public DatasetForm form() {
        return source.form();
    }

    @Override
    public List<String> classes() {
        return source.classes();
    }

    @Override
    public List<String> descriptions() {
        return source.descriptions();
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

    /** By place in the source: the place here, or −1. */
    private int[] placesHere(Split split) {
        int[] inverse = new int[source.index(split).size()];
        Arrays.fill(inverse, -1);
        int[] here = places.get(split);
        IntStream.range(0, here.length).forEach(i -> inverse[here[i]] = i);
        return inverse;
    }
}
