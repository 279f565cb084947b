package io.faultline.vision.evaluation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.faultline.dataset.RgbImage;
import io.faultline.vision.batch.UnsuitableImagesException;
import io.faultline.vision.network.NormalizedNetwork;
import io.faultline.vision.network.Tensors;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Makes tensors of images that are made for one batch only, all in one buffer. For one thread. */
final class PixelBuffer {
    static final int CHANNELS = 3;

    private ByteBuffer buffer = ByteBuffer.allocateDirect(0);

    /**
     * @param images at least one
     * @return (N, 3, H, W) float32 in [0, 1]
     * @throws UnsuitableImagesException if two differ in size, or they are smaller than the networks take
     */
    NDArray tensor(List<RgbImage> images, NDManager manager) {
        int height = images.get(0).height();
        int width = images.get(0).width();
        refuseUnlessLarge(height, width);
        int size = CHANNELS * height * width;
        float[] values = new float[Math.multiplyExact(images.size(), size)];
        for (int i = 0; i < images.size(); i++) {
            RgbImage image = images.get(i);
            if (image.height() != height || image.width() != width) {
                throw new UnsuitableImagesException("an image is " + image.height() + "×" + image.width()
                        + " and another " + height + "×" + width + "; all must be of one size: resize them first");
            }
            for (int place = 0; place < size; place++) {
                values[i * size + place] = (image.pixels()[place] & 0xFF) / 255f;
            }
        }
        return tensor(values, height, width, manager);
    }

    /**
     * @param values image by image, row by row, pixel by pixel, (R, G, B)
     * @return (N, 3, H, W) float32
     */
    NDArray tensor(float[] values, int height, int width, NDManager manager) {
        int bytes = Math.multiplyExact(values.length, Float.BYTES);
        if (buffer.capacity() < bytes) {
            buffer = ByteBuffer.allocateDirect(bytes);
        }
        ByteBuffer filled = buffer.duplicate().order(ByteOrder.nativeOrder()).limit(bytes);
        filled.asFloatBuffer().put(values);
        return Tensors.channelsLast(manager, filled, values.length / (CHANNELS * height * width), height, width);
    }

    static void refuseUnlessLarge(int height, int width) {
        if (Math.min(height, width) < NormalizedNetwork.SMALLEST_IMAGE) {
            throw new UnsuitableImagesException("the images are " + height + "×" + width
                    + "; the networks take at least " + NormalizedNetwork.SMALLEST_IMAGE + "×"
                    + NormalizedNetwork.SMALLEST_IMAGE);
        }
    }
}
