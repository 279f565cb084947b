package io.faultline.vision.network;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.faultline.checkpoint.Safetensors;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * Copies numbers into libtorch's own memory.
 *
 * @implNote DJL's {@code create} only borrows the Java buffer. Borrowed memory is freed when the Java array is closed, even
 *     if a recorded operation still needs it for the backward pass, and its alignment differs from run to run, on which
 *     the last bits of a matrix product may depend. A copy has neither fault.
 */
public final class Tensors {
    private Tensors() {}

    /** A float32 tensor. */
    public static NDArray of(NDManager manager, float[] values, Shape shape) {
        try (NDArray borrowed = manager.create(FloatBuffer.wrap(values), shape)) {
            return borrowed.duplicate();
        }
    }

    /** An int64 tensor. */
    public static NDArray of(NDManager manager, long[] values, Shape shape) {
        try (NDArray borrowed = manager.create(LongBuffer.wrap(values), shape)) {
            return borrowed.duplicate();
        }
    }

    /**
     * A tensor times a number; differentiable in the tensor.
     *
     * @implNote DJL's own {@code mul(Number)} borrows the number from a Java buffer, of which the backward pass reads what the
     *     garbage collection has left
     * @return owned by the tensor's manager
     */
    public static NDArray times(NDArray tensor, double factor) {
        try (NDArray number = of(tensor.getManager(), new float[] {(float) factor}, new Shape())) {
            return tensor.mul(number);
        }
    }

    /**
     * A copy in memory of its own, on the manager's device, of a tensor on whatever device.
     *
     * @return owned by the manager; no part of what is differentiated
     */
    public static NDArray copy(NDArray tensor, NDManager manager) {
        Device device = tensor.getDevice();
        try (NDManager scratch = manager.newSubManager(device)) {
            // an alias, since the engine opens memory for the other device below the manager of what it moves
            NDArray alias = tensor.stopGradient();
            alias.attach(scratch);
            NDArray copy =
                    device.equals(manager.getDevice()) ? alias.duplicate() : alias.toDevice(manager.getDevice(), false);
            copy.attach(manager);
            return copy;
        }
    }

    /**
     * Images in the memory order that libtorch's convolutions are fastest on (channels last).
     *
     * @param pixels direct, native order, float32: image by image, row by row, pixel by pixel, (R, G, B)
     * @return (N, 3, H, W)
     */
    public static NDArray channelsLast(NDManager manager, ByteBuffer pixels, int images, int height, int width) {
        Shape shape = new Shape(images, height, width, 3);
        try (NDArray borrowed = manager.create(pixels, shape, DataType.FLOAT32);
                NDArray channelsFirst = borrowed.transpose(0, 3, 1, 2)) {
            return channelsFirst.duplicate();
        }
    }

    /** A tensor from a file; owned by the manager. */
    public static NDArray load(Safetensors.Tensor tensor, NDManager manager) {
        Shape shape =
                new Shape(tensor.shape().stream().mapToLong(Long::longValue).toArray());
        return switch (tensor.type()) {
            case F32 -> of(manager, tensor.floats(), shape);
            case I64 -> of(manager, tensor.longs(), shape);
        };
    }

    /** What a file keeps of a tensor of float32 or int64. */
    public static Safetensors.Tensor save(NDArray tensor) {
        List<Long> shape = Arrays.stream(tensor.getShape().getShape()).boxed().toList();
        return tensor.getDataType() == DataType.INT64
                ? Safetensors.Tensor.of(tensor.toLongArray(), shape)
                : Safetensors.Tensor.of(tensor.toFloatArray(), shape);
    }
}
