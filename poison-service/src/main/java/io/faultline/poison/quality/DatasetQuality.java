package io.faultline.poison.quality;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What was measured of all classes. Parts, of one shard each, merge exactly in any order.
 *
 * @param classes by label
 */
public record DatasetQuality(List<ClassQuality> classes) {
    public DatasetQuality {
        classes = List.copyOf(classes);
        for (int label = 0; label < classes.size(); label++) {
            if (classes.get(label).label() != label) {
                throw new IllegalArgumentException("place " + label + " has the measures of class "
                        + classes.get(label).label() + "; expected them by label");
            }
        }
    }

    /** Of no image. */
    public static DatasetQuality none(int classes) {
        return new DatasetQuality(
                IntStream.range(0, classes).mapToObj(ClassQuality::none).toList());
    }

    /**
     * The sums per class, say of a shard's images.
     *
     * @throws IllegalArgumentException if a class is none of these
     */
    public static DatasetQuality of(int classes, Collection<ClassQuality> measures) {
        List<ClassQuality> sums = new ArrayList<>(none(classes).classes);
        for (ClassQuality measured : measures) {
            int label = measured.label();
            if (label >= classes) {
                throw new IllegalArgumentException("measures of class " + label + "; expected 0 to " + (classes - 1));
            }
            sums.set(label, sums.get(label).plus(measured));
        }
        return new DatasetQuality(sums);
    }

    /** @throws IllegalArgumentException if the other has another number of classes */
    public DatasetQuality plus(DatasetQuality other) {
        if (other.classes.size() != classes.size()) {
            throw new IllegalArgumentException("measures of " + other.classes.size() + " classes added to those of "
                    + classes.size() + "; expected as many");
        }
        return new DatasetQuality(IntStream.range(0, classes.size())
                .mapToObj(label -> classes.get(label).plus(other.classes.get(label)))
                .toList());
    }

    /** Images that were measured, of all classes. */
    long images() {
        return classes.stream().mapToLong(ClassQuality::images).sum();
    }
}
