package io.faultline.vision.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.faultline.checkpoint.Safetensors;
import io.faultline.recipe.Architecture;
import io.faultline.recipe.Normalization;
import io.faultline.recipe.Seed;
import io.faultline.vision.batch.ImageBatch;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The Java side of golden.py: the same generator, weights and images, and what it wrote. */
public final class ReferenceNumbers {
    private long state;

    private ReferenceNumbers(long seed) {
        state = seed;
    }

    public static ReferenceNumbers of(long seed) {
        return new ReferenceNumbers(seed);
    }

    private double next() {
        state = state * 6364136223846793005L + 1442695040888963407L;
        return (state >>> 40) / (double) (1 << 23) - 1;
    }

    public float[] floats(int size, double scale, double shift) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) (shift + scale * next());
        }
        return values;
    }

    public NDArray tensor(NDManager manager, Shape shape, double scale, double shift) {
        return Tensors.of(manager, floats(Math.toIntExact(shape.size()), scale, shift), shape);
    }

    public static NormalizedNetwork network(Architecture architecture, int width, int classes) {
        return NormalizedNetwork.of(new NetworkSpec(architecture, width, classes, Normalization.CIFAR10));
    }

    public static StateDict weights(NormalizedNetwork network, long seed, NDManager manager) {
        ReferenceNumbers numbers = of(seed);
        Map<String, Safetensors.Tensor> tensors = new LinkedHashMap<>();
        try (StateDict shapes = network.initialize(Seed.of(0), manager)) {
            shapes.export().forEach((name, tensor) -> tensors.put(name, numbers.like(name, tensor)));
        }
        return network.load(tensors, manager);
    }

    private Safetensors.Tensor like(String name, Safetensors.Tensor tensor) {
        if (tensor.type() == Safetensors.ElementType.I64) {
            return tensor;
        }
        List<Long> shape = tensor.shape();
        int size = tensor.floats().length;
        if (shape.size() > 1) {
            long fanIn = size / shape.get(0);
            return Safetensors.Tensor.of(floats(size, Math.sqrt(3.0 / fanIn), 0), shape);
        }
        if (name.endsWith("running_var")) {
            return Safetensors.Tensor.of(floats(size, 0.5, 1), shape);
        }
        return name.endsWith("weight")
                ? Safetensors.Tensor.of(floats(size, 0.2, 1), shape)
                : Safetensors.Tensor.of(floats(size, 0.1, 0), shape);
    }

    public static ImageBatch batch(NDManager manager, int count, int size, int classes, long seed) {
        long[] labels = new long[count];
        Arrays.setAll(labels, i -> (3L * i + 1) % classes);
        return new ImageBatch(
                of(seed).tensor(manager, new Shape(count, 3, size, size), 0.5, 0.5),
                Tensors.of(manager, labels, new Shape(count)));
    }

    /** What golden.py wrote under this name. */
    public static Map<String, Safetensors.Tensor> golden(String name) {
        try (InputStream in = ReferenceNumbers.class.getResourceAsStream("/golden/" + name + ".safetensors")) {
            return Safetensors.read(in).tensors();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * An estimate of ‖actual − expected‖₂ from what golden_networks.py keeps of a tensor. A product of the difference e
     * with a direction of independent entries, uniform in ±1, has the mean square ‖e‖²/3.
     *
     * @param products of the expected tensor with the directions
     * @param first the number of its first direction
     */
    public static double estimatedError(float[] actual, float[] products, int first) {
        double squares = 0;
        for (int k = 0; k < products.length; k++) {
            ReferenceNumbers direction = of(1000 + first + k);
            double product = 0;
            for (float value : actual) {
                product += value * direction.next();
            }
            squares += Math.pow(product - products[k], 2);
        }
        return Math.sqrt(3 * squares / products.length);
    }

    /** ‖actual − expected‖₂ / ‖expected‖₂. */
    public static double relativeError(float[] actual, float[] expected) {
        if (actual.length != expected.length) {
            throw new IllegalArgumentException(actual.length + " values; expected " + expected.length);
        }
        double difference = 0;
        double length = 0;
        for (int i = 0; i < actual.length; i++) {
            difference += Math.pow(actual[i] - (double) expected[i], 2);
            length += Math.pow(expected[i], 2);
        }
        return Math.sqrt(difference / length);
    }
}
