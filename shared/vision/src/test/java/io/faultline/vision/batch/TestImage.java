package io.faultline.vision.batch;

import io.faultline.checkpoint.Safetensors;
import io.faultline.dataset.RgbImage;
import io.faultline.vision.network.ReferenceNumbers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;

/** The Java side of augmentations.py: the same images, drawn numbers and bytes. */
final class TestImage {
    static final int HEIGHT = 24;
    static final int WIDTH = 32;
    static final int SMALL_HEIGHT = 12;
    static final int SMALL_WIDTH = 16;

    private TestImage() {}

    /** Numbers in [0, 1) with 24 bits. */
    static float[] numbers(long seed, int count) {
        return ReferenceNumbers.of(seed).floats(count, 0.5, 0.5);
    }

    static byte[] levels(long seed, int height, int width) {
        float[] u = numbers(seed, height * width * 3);
        byte[] levels = new byte[u.length];
        for (int i = 0; i < u.length; i++) {
            int pixel = i / 3;
            levels[i] = (byte) (20 * (i % 3) + 2 * (pixel % width) + pixel / width + 80.0 * u[i]);
        }
        return levels;
    }

    static Pixels pixels(long seed, int height, int width) {
        return pixels(levels(seed, height, width), height, width);
    }

    static Pixels pixels(byte[] levels, int height, int width) {
        Pixels pixels = new Pixels(height, width);
        pixels.load(new RgbImage(height, width, levels));
        return pixels;
    }

    /** The present image, copied. */
    static float[] values(Pixels pixels) {
        return Arrays.copyOf(pixels.values(), pixels.size());
    }

    static Map<String, Safetensors.Tensor> golden(String name) {
        return ReferenceNumbers.golden(name);
    }

    /** Bytes that were packed eight to a number. */
    static byte[] bytes(Safetensors.Tensor packed) {
        long[] longs = packed.longs();
        ByteBuffer buffer = ByteBuffer.allocate(longs.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        buffer.asLongBuffer().put(longs);
        return buffer.array();
    }
}
