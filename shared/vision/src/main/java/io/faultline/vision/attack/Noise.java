package io.faultline.vision.attack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Random numbers in the shape of images. */
final class Noise {
    @FunctionalInterface
    interface Draw {
        float next();
    }

    private Noise() {}

    /** Draws image by image, row by row, pixel by pixel, channel by channel. */
    static NDArray of(NDArray images, NDManager manager, Draw draw) {
        Shape shape = images.getShape(); // (N, C, H, W)
        long[] pixelsFirst = {shape.get(0), shape.get(2), shape.get(3), shape.get(1)};
        int size = Math.toIntExact(shape.size());
        ByteBuffer bytes =
                ByteBuffer.allocateDirect(Math.multiplyExact(size, Float.BYTES)).order(ByteOrder.nativeOrder());
        for (int i = 0; i < size; i++) {
            bytes.putFloat(draw.next());
        }
        bytes.rewind();
        try (NDArray drawn = manager.create(bytes, new Shape(pixelsFirst), DataType.FLOAT32)) {
            return drawn.transpose(0, 3, 1, 2).duplicate();
        }
    }
}
