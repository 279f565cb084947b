package io.faultline.dataset;

import io.faultline.recipe.Split;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A labelled data set that is open: what it says of its images is in memory, the images are read when they are asked for. So
 * a data set of any size can be worked through in little memory.
 */
public interface ImageSource extends AutoCloseable {
    /** Takes the images as they come. */
    @FunctionalInterface
    interface Visitor {
        /** @param place in its split */
        void visit(Split split, int place, RgbImage image);
    }

    DatasetForm form();

    /** Their names, by label. */
    List<String> classes();

    /** What the form says of each class beside its name; the name itself where it says nothing. */
    List<String> descriptions();

    /** @param split {@link Split#TRAINING} or {@link Split#TEST} */
    ImageIndex index(Split split);

    /**
     * Hands over every image of both splits once, in the order in which they lie, on the calling thread; decodes on all
     * cores.
     *
     * @throws InvalidDatasetException naming the image that cannot be decoded
     */
    void forEach(Visitor visitor, ReadProgress progress);

    /** Whether single images can be had without passing through all that lies before them, as in a compressed tar. */
    boolean hasRandomAccess();

    /**
     * Reads and decodes some images on all cores. Safe for several threads.
     *
     * @param places in the split; their images are in memory together
     * @return in the order of the places
     * @throws InvalidDatasetException naming the image that cannot be decoded
     * @throws IllegalStateException without {@linkplain #hasRandomAccess() random access}
     */
    List<RgbImage> read(Split split, int[] places);

    /** Takes some images that follow one another. */
    @FunctionalInterface
    interface WindowVisitor {
        /** @param first place of the first of them in its split */
        void visit(int first, List<RgbImage> images);
    }

    /**
     * Hands over a shard's images in their order, as many at a time as are worth all cores and fit into little memory.
     *
     * @throws InvalidDatasetException naming the image that cannot be decoded
     * @throws IllegalStateException without {@linkplain #hasRandomAccess() random access}
     */
    default void forEachWindow(Shard shard, WindowVisitor visitor) {
        DecodingWindow window = new DecodingWindow();
        for (int from = shard.from(); from < shard.to(); ) {
            int to = Math.min(shard.to(), from + window.images());
            List<RgbImage> images =
                    read(shard.split(), IntStream.range(from, to).toArray());
            window.decoded(images);
            visitor.visit(from, images);
            from = to;
        }
    }

    @Override
    void close();
}
