package io.faultline.dataset;

import io.faultline.recipe.Seed;
import io.faultline.recipe.Split;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The synthetic set, class after class, each image drawn from its own seed when it is asked for. */
final class SyntheticImageSource implements ImageSource {
    private static final int IMAGES_AT_ONCE = 1024;

    /** What a split's images are drawn from. */
    record Images(int perClass, Seed seed) {}

    private final List<String> classes;
    private final Map<Split, Images> splits;
    private final Map<Split, ImageIndex> indexes;

    SyntheticImageSource(List<String> classes, Map<Split, Images> splits) {
        this.classes = classes;
        this.splits = splits;
        this.indexes = Map.of(Split.TRAINING, outline(Split.TRAINING), Split.TEST, outline(Split.TEST));
    }

    @Override
    public DatasetForm form() {
        return DatasetForm.IMAGE_FOLDER;
    }

    @Override
    public List<String> classes() {
        return classes;
    }

    @Override
    public List<String> descriptions() {
        return classes;
    }

    @Override
    public ImageIndex index(Split split) {
        return indexes.get(split);
    }

    private ImageIndex outline(Split split) {
        int perClass = splits.get(split).perClass();
        return new ImageIndex(
                IntStream.range(0, size(split))
                        .mapToObj(i -> String.format("%s/%05d", classes.get(i / perClass), i % perClass))
                        .toList(),
                IntStream.range(0, size(split)).map(i -> i / perClass).toArray());
    }

    @Override
    public void forEach(Visitor visitor, ReadProgress progress) {
        int total = size(Split.TRAINING) + size(Split.TEST);
        int done = 0;
        for (Split split : List.of(Split.TRAINING, Split.TEST)) {
            for (int from = 0; from < size(split); from += IMAGES_AT_ONCE) {
                int[] places = IntStream.range(from, Math.min(size(split), from + IMAGES_AT_ONCE))
                        .toArray();
                List<RgbImage> images = read(split, places);
                for (int i = 0; i < places.length; i++) {
                    visitor.visit(split, places[i], images.get(i));
                }
                done += places.length;
                progress.read(done, total);
            }
        }
    }

    @Override
    public boolean hasRandomAccess() {
        return true;
    }

    @Override
    public List<RgbImage> read(Split split, int[] places) {
        Images images = splits.get(split);
        List<Seed> seeds = classes.stream().map(images.seed()::derive).toList();
        return IntStream.of(places)
                .parallel()
                .mapToObj(place -> {
                    int label = place / images.perClass();
                    return new ShapeScene(
                                    Shape.values()[label], seeds.get(label).derive(place % images.perClass()))
                            .render();
                })
                .toList();
    }

    @Override
    public void close() {
        // nothing is open
    }

    private int size(Split split) {
        return splits.get(split).perClass() * classes.size();
    }
}
