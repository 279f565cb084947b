package io.faultline.dataset;

import java.util.List;
import java.util.stream.IntStream;

/**
 * One split of a data set: images, each with an id that is unique in the split and a label.
 *
 * @param ids in the order of the images
 * @param labels 0 to the number of classes − 1, in the order of the images; not copied
 * @param images in a fixed order, which is part of the data
 */
public record LabeledImages(List<String> ids, int[] labels, List<RgbImage> images) {
    public LabeledImages {
        ids = List.copyOf(ids);
        // those of a file are not drawn into the heap
        images = images instanceof MappedImages ? images : List.copyOf(images);
        if (ids.size() != labels.length || images.size() != labels.length) {
            throw new IllegalArgumentException(ids.size() + " ids, " + labels.length + " labels, " + images.size()
                    + " images; expected as many of each");
        }
    }

    public int size() {
        return labels.length;
    }

    /** The images at these places, in this order. */
    public LabeledImages select(int[] places) {
        return new LabeledImages(
                IntStream.of(places).mapToObj(ids::get).toList(),
                IntStream.of(places).map(i -> labels[i]).toArray(),
                images instanceof MappedImages mapped
                        ? mapped.select(places)
                        : IntStream.of(places).mapToObj(images::get).toList());
    }
}
