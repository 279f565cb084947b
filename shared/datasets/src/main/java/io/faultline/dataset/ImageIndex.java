package io.faultline.dataset;

import java.util.List;
import java.util.stream.IntStream;

/**
 * What a split's images are called and which class each is of, without their pixels.
 *
 * @param ids unique in the split, in the order of the images
 * @param labels 0 to the number of classes − 1, in the order of the images; not copied
 */
public record ImageIndex(List<String> ids, int[] labels) {
    public ImageIndex {
        ids = List.copyOf(ids);
        if (ids.size() != labels.length) {
            throw new IllegalArgumentException(
                    ids.size() + " ids, " + labels.length + " labels; expected as many of each");
        }
    }

    public int size() {
        return labels.length;
    }

    /** The images at these places, in this order. */
    public ImageIndex select(int[] places) {
        return new ImageIndex(
                IntStream.of(places).mapToObj(ids::get).toList(),
                IntStream.of(places).map(i -> labels[i]).toArray());
    }
}
