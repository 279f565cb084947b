package io.faultline.vision.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.faultline.recipe.Seed;
import io.faultline.vision.attack.NormalDeviates;
import io.faultline.vision.network.Tensors;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A start next to the images, from which a divergence from what the network says of them can be ascended: at the images
 * themselves it is least, and its gradient nothing.
 *
 * @implNote the deviation is TRADES' authors'; as in their script the start is not clipped, the first step's projection is
 */
final class GaussianStart {
    /** σ, as a share of the pixel range. */
    static final double DEVIATION = 0.001;

    private GaussianStart() {}

    /**
     * x + σn, drawn image by image, row by row, pixel by pixel, channel by channel.
     *
     * @param images (N, 3, H, W)
     * @return same shape; owned by the images' manager
     */
    static NDArray of(NDArray images, Seed seed) {
        Shape shape = images.getShape();
        int size = Math.toIntExact(shape.size());
        NormalDeviates deviates = new NormalDeviates(seed);
        ByteBuffer bytes =
                ByteBuffer.allocateDirect(Math.multiplyExact(size, Float.BYTES)).order(ByteOrder.nativeOrder());
        for (int i = 0; i < size; i++) {
            bytes.putFloat((float) (DEVIATION * deviates.next()));
        }
        bytes.rewind();
        try (NDArray noise = Tensors.channelsLast(
                images.getManager(), bytes, (int) shape.get(0), (int) shape.get(2), (int) shape.get(3))) {
            return images.add(noise);
        }
    }
}
