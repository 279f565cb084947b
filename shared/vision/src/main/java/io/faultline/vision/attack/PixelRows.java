package io.faultline.vision.attack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * Carries images of one shape between tensors and Java, one array per image: row by row, pixel by pixel, channel by channel. For
 * attacks whose own work is small beside the network's and different for each image. Not thread-safe: one buffer serves all.
 */
final class PixelRows {
    private final int channels;
    private final int height;
    private final int width;
    private ByteBuffer buffer = ByteBuffer.allocateDirect(0);

    private PixelRows(int channels, int height, int width) {
        this.channels = channels;
        this.height = height;
        this.width = width;
    }

    /** For images of the shape (N, C, H, W). */
    static PixelRows of(Shape shape) {
        return new PixelRows(
                Math.toIntExact(shape.get(1)), Math.toIntExact(shape.get(2)), Math.toIntExact(shape.get(3)));
    }

    int channels() {
        return channels;
    }

    int height() {
        return height;
    }

    int width() {
        return width;
    }

    int size() {
        return channels * height * width;
    }

    float[][] read(NDArray images) {
        float[] all;
        try (NDManager scratch = images.getManager().newSubManager()) {
            NDArray channelsLast = images.transpose(0, 2, 3, 1);
            channelsLast.attach(scratch); // reading it may leave a copy in its manager
            all = channelsLast.toFloatArray();
        }
        float[][] rows = new float[all.length / size()][size()];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(all, i * size(), rows[i], 0, size());
        }
        return rows;
    }

    /** @return (N, C, H, W) of those rows, in channels-last layout */
    NDArray tensor(float[][] rows, int[] chosen, NDManager manager) {
        int bytes = Math.multiplyExact(chosen.length * size(), Float.BYTES);
        if (buffer.capacity() < bytes) {
            buffer = ByteBuffer.allocateDirect(bytes);
        }
        ByteBuffer filled = buffer.duplicate().order(ByteOrder.nativeOrder()).limit(bytes);
        FloatBuffer floats = filled.asFloatBuffer();
        for (int row : chosen) {
            floats.put(rows[row]);
        }
        try (NDArray borrowed =
                        manager.create(filled, new Shape(chosen.length, height, width, channels), DataType.FLOAT32);
                NDArray channelsFirst = borrowed.transpose(0, 3, 1, 2)) {
            return channelsFirst.duplicate();
        }
    }
}
