package io.faultline.vision.batch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.faultline.dataset.LabeledImages;
import io.faultline.dataset.RgbImage;
import io.faultline.recipe.Seed;
import io.faultline.vision.network.NormalizedNetwork;
import io.faultline.vision.network.Tensors;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Turns images of one size into batches of tensors. For one thread: the batches are assembled in one buffer. */
public final class ImageBatches {
    private final LabeledImages data;
    private final int height;
    private final int width;
    private final Pixels pixels;
    private ByteBuffer buffer = ByteBuffer.allocateDirect(0);

    private ImageBatches(LabeledImages data, int height, int width) {
        this.data = data;
        this.height = height;
        this.width = width;
        pixels = new Pixels(height, width);
    }

    /**
     * @throws UnsuitableImagesException if there is no image, two differ in size, or they are smaller than the networks take
     */
    public static ImageBatches of(LabeledImages data) {
        if (data.size() == 0) {
            throw new UnsuitableImagesException("there is no image; at least one is needed");
        }
        RgbImage first = data.images().get(0);
        for (int i = 0; i < data.size(); i++) {
            RgbImage image = data.images().get(i);
            if (image.height() != first.height() || image.width() != first.width()) {
                throw new UnsuitableImagesException("image '" + data.ids().get(i) + "' is " + image.height() + "×"
                        + image.width() + " and '" + data.ids().get(0) + "' is " + first.height() + "×" + first.width()
                        + "; all must be of one size: resize them first");
            }
        }
        if (Math.min(first.height(), first.width()) < NormalizedNetwork.SMALLEST_IMAGE) {
            throw new UnsuitableImagesException("the images are " + first.height() + "×" + first.width()
                    + "; the networks take at least " + NormalizedNetwork.SMALLEST_IMAGE + "×"
                    + NormalizedNetwork.SMALLEST_IMAGE);
        }
        return new ImageBatches(data, first.height(), first.width());
    }

    /** How many images there are. */
    public int images() {
        return data.size();
    }

    public int height() {
        return height;
    }

    public int width() {
        return width;
    }

    /** The places of the images in the order of an epoch: a permutation drawn by seed and epoch. */
    public int[] order(Seed seed, int epoch) {
        SplittableRandom random = seed.derive(epoch).generator();
        int[] order = IntStream.range(0, data.size()).toArray();
        for (int last = order.length - 1; last > 0; last--) {
            int other = random.nextInt(last + 1);
            int place = order[last];
            order[last] = order[other];
            order[other] = place;
        }
        return order;
    }

    /** The images of some places, as they are. */
    public ImageBatch load(int[] places, NDManager manager) {
        return load(places, Augmentation.NONE, 0, manager);
    }

    /** The images from one place up to another, as they are. */
    public ImageBatch load(int from, int to, NDManager manager) {
        return load(IntStream.range(from, to).toArray(), manager);
    }

    /**
     * The images of some places, augmented as for an epoch, and mixed if the augmentation mixes.
     *
     * @param manager owner of the batch
     */
    public ImageBatch load(int[] places, Augmentation augmentation, int epoch, NDManager manager) {
        int size = height * width * Pixels.CHANNELS;
        float[] values = new float[Math.multiplyExact(places.length, size)];
        long[] labels = new long[places.length];
        for (int i = 0; i < places.length; i++) {
            pixels.load(data.images().get(places[i]));
            augmentation.apply(pixels, epoch, places[i]);
            pixels.copyTo(values, i * size);
            labels[i] = data.labels()[places[i]];
        }
        Optional<BatchMixing.Mixture> mixture = augmentation.mix(values, places, height, width, epoch);
        ByteBuffer bytes = buffer(values.length * Float.BYTES);
        bytes.asFloatBuffer().put(values);
        Shape count = new Shape(places.length);
        NDArray images = Tensors.channelsLast(manager, bytes, places.length, height, width);
        NDArray first = Tensors.of(manager, labels, count);
        return mixture.map(mixed -> {
                    long[] others = IntStream.of(mixed.partners())
                            .mapToLong(partner -> labels[partner])
                            .toArray();
                    float[] shares = new float[places.length];
                    Arrays.fill(shares, mixed.share());
                    return new ImageBatch(
                            images, first, Tensors.of(manager, others, count), Tensors.of(manager, shares, count));
                })
                .orElseGet(() -> new ImageBatch(images, first));
    }

    private ByteBuffer buffer(int size) {
        if (buffer.capacity() < size) {
            buffer = ByteBuffer.allocateDirect(size);
        }
        return buffer.duplicate().order(ByteOrder.nativeOrder()).limit(size);
    }
}
