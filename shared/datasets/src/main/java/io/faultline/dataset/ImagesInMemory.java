package io.faultline.dataset;

import io.faultline.recipe.Split;
import java.util.List;
import java.util.stream.IntStream;

/** A data set whose images are all in memory. */
final class ImagesInMemory implements ImageSource {
    private final ImageDataset dataset;

    ImagesInMemory(ImageDataset dataset) {
        this.dataset = dataset;
    }

    @Override
    public DatasetForm form() {
        return dataset.form();
    }

    @Override
    public List<String> classes() {
        return dataset.classes();
    }

    @Override
    public List<String> descriptions() {
        return dataset.descriptions();
    }

    @Override
    public ImageIndex index(Split split) {
        return new ImageIndex(images(split).ids(), images(split).labels());
    }

    @Override
    public void forEach(Visitor visitor, ReadProgress progress) {
        int total = dataset.train().size() + dataset.test().size();
        for (Split split : List.of(Split.TRAINING, Split.TEST)) {
            List<RgbImage> images = images(split).images();
            IntStream.range(0, images.size()).forEach(i -> visitor.visit(split, i, images.get(i)));
        }
        progress.read(total, total);
    }

    @Override
    public boolean hasRandomAccess() {
        return true;
    }

    @Override
    public List<RgbImage> read(Split split, int[] places) {
        return IntStream.of(places).mapToObj(images(split).images()::get).toList();
    }

    @Override
    public void close() {
        // nothing is open
    }

    private LabeledImages images(Split split) {
        return split == Split.TRAINING ? dataset.train() : dataset.test();
    }
}
