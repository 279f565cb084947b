package io.faultline.vision.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.faultline.recipe.Seed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A network whose first layer normalises pixels: a function of weights and images, without state of its own.
 *
 * <p>Images are (N, 3, H, W) float32 in [0, 1], H and W at least {@value #SMALLEST_IMAGE}; logits are (N, K).
 */
public final class NormalizedNetwork {
    /** Three halvings leave one pixel of this. */
    public static final int SMALLEST_IMAGE = 8;

    private static final String LINEAR_WEIGHT = "linear.weight";
    private static final String LINEAR_BIAS = "linear.bias";

    private final NetworkSpec spec;
    private final ResNet body;
    private final List<TensorSpec> tensors;

    private NormalizedNetwork(NetworkSpec spec) {
        this.spec = spec;
        body = new ResNet(spec.architecture(), spec.width(), spec.classes());
        tensors = body.tensors();
    }

    public static NormalizedNetwork of(NetworkSpec spec) {
        return new NormalizedNetwork(spec);
    }

    public NetworkSpec spec() {
        return spec;
    }

    /** The convolutions and the linear layer, shortcut convolutions and stem included. */
    public NamedModules modules() {
        return NamedModules.of(tensors);
    }

    /** The names of the tensors that training moves, in PyTorch's order: all but the running statistics. */
    public List<String> parameters() {
        return tensors.stream()
                .filter(tensor -> tensor.role().trained())
                .map(TensorSpec::name)
                .toList();
    }

    /** The names of the last linear layer's tensors, in PyTorch's order. */
    public List<String> head() {
        List<NamedModule> modules = modules().modules();
        String prefix = modules.get(modules.size() - 1).path().name() + ".";
        return parameters().stream().filter(name -> name.startsWith(prefix)).toList();
    }

    /** The names of the running statistics and their counters, in PyTorch's order. */
    public List<String> buffers() {
        return tensors.stream()
                .filter(tensor -> !tensor.role().trained())
                .map(TensorSpec::name)
                .toList();
    }

    /**
     * Fresh weights: PyTorch's default distributions, from a stream of our own.
     *
     * @implNote PyTorch draws the weights of a convolution or a linear layer, and the bias of the latter, uniformly from
     *     ±1/√(fan in); batch norms start as the identity
     */
    public StateDict initialize(Seed seed, NDManager parent) {
        Map<String, Safetensors.Tensor> fresh = new LinkedHashMap<>();
        double bound = 1;
        for (TensorSpec tensor : tensors) {
            int size = Math.toIntExact(tensor.shape().size());
            List<Long> shape = extents(tensor.shape());
            bound = fanIn(tensor) > 0 ? 1 / Math.sqrt(fanIn(tensor)) : bound; // a bias follows its weight
            Safetensors.Tensor start =
                    switch (tensor.role()) {
                        case CONVOLUTION_WEIGHT, LINEAR_WEIGHT, LINEAR_BIAS ->
                            Safetensors.Tensor.of(uniform(size, bound, seed.derive(tensor.name())), shape);
                        case BATCH_NORM_WEIGHT, RUNNING_VARIANCE -> Safetensors.Tensor.of(filled(size, 1), shape);
                        case BATCH_NORM_BIAS, RUNNING_MEAN -> Safetensors.Tensor.of(filled(size, 0), shape);
                        case BATCHES_TRACKED ->
                            new Safetensors.Tensor(Safetensors.ElementType.I64, shape, new byte[Long.BYTES]);
                    };
            fresh.put(tensor.name(), start);
        }
        return StateDict.of(parent, fresh);
    }

    /**
     * The weights of a file, in this network's order.
     *
     * @throws InvalidCheckpointException naming every missing, unexpected and mis-shaped tensor
     */
    public StateDict load(Map<String, Safetensors.Tensor> file, NDManager parent) {
        List<String> faults = new ArrayList<>();
        Map<String, Safetensors.Tensor> ordered = new LinkedHashMap<>();
        for (TensorSpec tensor : tensors) {
            Safetensors.Tensor found = file.get(tensor.name());
            if (found == null) {
                faults.add("'" + tensor.name() + "' is missing");
                continue;
            }
            Safetensors.ElementType type = tensor.role() == TensorSpec.Role.BATCHES_TRACKED
                    ? Safetensors.ElementType.I64
                    : Safetensors.ElementType.F32;
            if (found.type() != type || !found.shape().equals(extents(tensor.shape()))) {
                faults.add("'" + tensor.name() + "' is " + found.type() + " " + found.shape() + ", expected " + type
                        + " " + extents(tensor.shape()));
            }
            ordered.put(tensor.name(), found);
        }
        file.keySet().stream()
                .filter(name -> !ordered.containsKey(name))
                .map(name -> "'" + name + "' is unexpected")
                .forEach(faults::add);
        if (!faults.isEmpty()) {
            throw new InvalidCheckpointException(
                    "the checkpoint does not fit " + spec.architecture().wireName()
                            + " of width " + spec.width() + " with " + spec.classes() + " classes: "
                            + String.join("; ", faults));
        }
        return StateDict.of(parent, ordered);
    }

    /**
     * Logits; differentiable in images and weights.
     *
     * @param images stay the caller's
     * @return (N, K), owned by the images' manager
     */
    public NDArray logits(Weights weights, NDArray images, BatchNormMode mode) {
        try (NDArray normalized = normalize(images)) {
            return body.logits(
                    normalized,
                    NormalizedConvolution.of(weights, mode),
                    weights.get(LINEAR_WEIGHT),
                    weights.get(LINEAR_BIAS));
        }
    }

    /** The network as attacks and evaluation see it, following later changes of the weights. */
    public Classifier classifier(Weights weights) {
        return images -> logits(weights, images, BatchNormMode.RUNNING_STATISTICS);
    }

    /**
     * The same classifier with its batch norms folded into the convolutions: equal but for rounding, and faster, above all
     * backwards. It keeps the weights as they are now.
     *
     * @param manager owns the folded weights; the classifier is of no use once it is closed
     */
    public Classifier folded(Weights weights, NDManager manager) {
        FoldedWeights folded = new FoldedWeights();
        for (ResNet.Unit unit : body.units()) {
            folded.fold(weights, unit.convolution(), unit.batchNorm(), manager);
        }
        NormalizedConvolution unit = NormalizedConvolution.folded(folded);
        NDArray weight = alias(weights.get(LINEAR_WEIGHT), manager);
        NDArray bias = alias(weights.get(LINEAR_BIAS), manager);
        return images -> {
            try (NDArray normalized = normalize(images)) {
                return body.logits(normalized, unit, weight, bias);
            }
        };
    }

    private NDArray normalize(NDArray images) {
        Shape perChannel = new Shape(1, 3, 1, 1);
        NDManager manager = images.getManager();
        try (NDArray mean = Tensors.of(manager, floats(spec.normalization().mean()), perChannel);
                NDArray deviation =
                        Tensors.of(manager, floats(spec.normalization().deviation()), perChannel);
                NDArray centred = images.sub(mean)) {
            return centred.div(deviation);
        }
    }

    private static NDArray alias(NDArray tensor, NDManager manager) {
        NDArray copy = tensor.duplicate();
        copy.attach(manager);
        return copy;
    }

    private static long fanIn(TensorSpec tensor) {
        return switch (tensor.role()) {
            case CONVOLUTION_WEIGHT, LINEAR_WEIGHT ->
                tensor.shape().size() / tensor.shape().get(0);
            default -> 0;
        };
    }

    private static float[] uniform(int size, double bound, Seed seed) {
        SplittableRandom random = seed.generator();
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) ((2 * random.nextDouble() - 1) * bound);
        }
        return values;
    }

    private static float[] filled(int size, float value) {
        float[] values = new float[size];
        Arrays.fill(values, value);
        return values;
    }

    private static float[] floats(List<Double> values) {
        float[] floats = new float[values.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = values.get(i).floatValue();
        }
        return floats;
    }

    private static List<Long> extents(Shape shape) {
        return Arrays.stream(shape.getShape()).boxed().toList();
    }
}
