package io.faultline.vision.attack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.faultline.recipe.Seed;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import java.util.function.Function;

/** Random numbers in the shape of images. */
final class Noise {
    private Noise() {}

    /** Uniform in [−1, 1). */
    static NDArray uniform(NDArray images, NDManager manager, ImageSeeds seeds) {
        return of(images, manager, seeds, seed -> {
            SplittableRandom random = seed.generator();
            return () -> 2 * random.nextDouble() - 1;
        });
    }

    /** N(0, 1). */
    static NDArray normal(NDArray images, NDManager manager, ImageSeeds seeds) {
        return of(images, manager, seeds, seed -> new NormalDeviates(seed)::next);
    }

    /** Draws each image from its own seed: row by row, pixel by pixel, channel by channel. */
    private static NDArray of(
            NDArray images, NDManager manager, ImageSeeds seeds, Function<Seed, DoubleSupplier> source) {
        Shape shape = images.getShape(); // (N, C, H, W)
        int count = Math.toIntExact(shape.get(0));
        if (seeds.count() != count) {
            throw new IllegalArgumentException(seeds.count() + " seeds for " + count + " images; one each is needed");
        }
        long[] pixelsFirst = {count, shape.get(2), shape.get(3), shape.get(1)};
        int size = Math.toIntExact(shape.size());
        ByteBuffer bytes =
                ByteBuffer.allocateDirect(Math.multiplyExact(size, Float.BYTES)).order(ByteOrder.nativeOrder());
        for (int image = 0; image < count; image++) {
            DoubleSupplier draw = source.apply(seeds.get(image));
            for (int i = 0; i < size / count; i++) {
                bytes.putFloat((float) draw.getAsDouble());
            }
        }
        bytes.rewind();
        try (NDArray drawn = manager.create(bytes, new Shape(pixelsFirst), DataType.FLOAT32);
                NDArray channelsFirst = drawn.transpose(0, 3, 1, 2)) {
            return channelsFirst.duplicate();
        }
    }
}
