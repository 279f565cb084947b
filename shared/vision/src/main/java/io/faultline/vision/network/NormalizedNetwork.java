package io.faultline.vision.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.faultline.checkpoint.InvalidCheckpointException;
import io.faultline.checkpoint.Safetensors;
import io.faultline.recipe.ModulePath;
import io.faultline.recipe.Seed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A network whose first layer normalises pixels: a function of weights and images, without state of its own.
 *
 * <p>Images are (N, 3, H, W) float32 in [0, 1], H and W at least {@value #SMALLEST_IMAGE}; logits are (N, K).
 */
public final class NormalizedNetwork {
    /** Three halvings leave one pixel of this. */
    public static final int SMALLEST_IMAGE = 8;

    private final NetworkSpec spec;
    private final Body body;
    private final List<TensorSpec> tensors;

    private NormalizedNetwork(NetworkSpec spec) {
        this.spec = spec;
        body = Body.of(spec);
        tensors = body.segments().stream()
                .flatMap(segment -> segment.layer().tensors().stream())
                .toList();
    }

    public static NormalizedNetwork of(NetworkSpec spec) {
        return new NormalizedNetwork(spec);
    }

    public NetworkSpec spec() {
        return spec;
    }

    /** The convolutions and linear layers, shortcuts, stem and head included. */
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

    /** Names and shapes of the state dict, in PyTorch's order. */
    public Map<String, List<Long>> tensors() {
        Map<String, List<Long>> shapes = new LinkedHashMap<>();
        tensors.forEach(tensor -> shapes.put(tensor.name(), extents(tensor.shape())));
        return Collections.unmodifiableMap(shapes);
    }

    /** How many numbers training moves. */
    public long parameterCount() {
        return tensors.stream()
                .filter(tensor -> tensor.role().trained())
                .mapToLong(tensor -> tensor.shape().size())
                .sum();
    }

    /**
     * The names of the steps that the network is a chain of: the stem, each block, the head. A segment's number is its place here.
     */
    public List<String> segments() {
        return body.segments().stream().map(Segment::name).toList();
    }

    /**
     * The number of the segment that a module is in: activations before it do not depend on the module.
     *
     * @throws IllegalArgumentException if the network has no such module, naming those that it has
     */
    public int segmentOf(ModulePath module) {
        String weight = modules().get(module).weight();
        int segment = 0;
        while (body.segments().get(segment).layer().tensors().stream()
                .noneMatch(tensor -> tensor.name().equals(weight))) {
            segment++;
        }
        return segment;
    }

    /** Fresh weights: the distributions of the PyTorch implementation that the network follows, from a stream of our own. */
    public StateDict initialize(Seed seed, NDManager parent) {
        Map<String, Safetensors.Tensor> fresh = new LinkedHashMap<>();
        Initialization.Fans fans = new Initialization.Fans(1, 1);
        for (TensorSpec tensor : tensors) {
            if (isWeight(tensor)) {
                fans = Initialization.Fans.of(tensor); // the bias after it follows its weight
            }
            float[] start = body.initialization().start(tensor, fans, seed.derive(tensor.name()));
            fresh.put(
                    tensor.name(),
                    tensor.role() == TensorSpec.Role.BATCHES_TRACKED
                            ? Safetensors.Tensor.of(new long[start.length], extents(tensor.shape()))
                            : Safetensors.Tensor.of(start, extents(tensor.shape())));
        }
        return StateDict.of(parent, fresh);
    }

    /**
     * The weights of a file, in this network's order. Other spellings that published files have are understood: TRADES' unused
     * {@code sub_block1}, torchvision's old {@code norm.1} in DenseNets, files without any {@code num_batches_tracked}.
     *
     * @throws InvalidCheckpointException naming every missing, unexpected and mis-shaped tensor
     */
    public StateDict load(Map<String, Safetensors.Tensor> file, NDManager parent) {
        Map<String, Safetensors.Tensor> named = StateDictAliases.resolve(spec.architecture(), tensors, file);
        List<String> faults = new ArrayList<>();
        Map<String, Safetensors.Tensor> ordered = new LinkedHashMap<>();
        for (TensorSpec tensor : tensors) {
            Safetensors.Tensor found = named.get(tensor.name());
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
        named.keySet().stream()
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
        return run(0, body.segments().size(), weights, images, mode);
    }

    /**
     * Some of the segments, one after another; differentiable in activation and weights. So an activation can be computed once and
     * kept, as long as no weight before it changes: {@code run(i, n, run(0, i, images))} are the logits.
     *
     * @param from the first segment, from 0
     * @param to the one that is not run any more, above {@code from}, at most the number of segments
     * @param activation what enters segment {@code from}, images in [0, 1] if that is 0; stays the caller's
     * @return what enters segment {@code to}, logits if there is none; owned by the activation's manager
     */
    public NDArray run(int from, int to, Weights weights, NDArray activation, BatchNormMode mode) {
        return run(from, to, activation, Pass.of(weights, mode));
    }

    NDArray run(int from, int to, NDArray activation, Pass pass) {
        if (from < 0 || to <= from || to > body.segments().size()) {
            throw new IllegalArgumentException("segments " + from + " to " + to + " were asked for; allowed: 0 to "
                    + body.segments().size() + ", at least one segment");
        }
        Chain chain = new Chain(
                body.segments().subList(from, to).stream().map(Segment::layer).toList());
        if (from > 0) {
            return chain.apply(activation, pass);
        }
        try (NDArray normalized = normalize(activation)) {
            return chain.apply(normalized, pass);
        }
    }

    /** The segments from a module's on, cut before it. */
    Cut cutBefore(NamedModule module) {
        int from = segmentOf(module.path());
        List<Layer> layers = new ArrayList<>();
        if (from == 0) {
            layers.add((images, pass) -> normalize(images));
        }
        body.segments().stream().skip(from).map(Segment::layer).forEach(layers::add);
        return new Chain(layers).cutBefore(module.weight());
    }

    /** The network as attacks and evaluation see it, following later changes of the weights. */
    public Classifier classifier(Weights weights) {
        return images -> logits(weights, images, BatchNormMode.RUNNING_STATISTICS);
    }

    /**
     * The same classifier with its batch norms folded into the convolutions: equal but for rounding, and faster, above all
     * backwards. It keeps the weights as they are now.
     *
     * @param manager owns the folded weights; the network is of no use once it is closed
     */
    public FoldedNetwork folded(Weights weights, NDManager manager) {
        FoldedTensors folded = new FoldedTensors(weights, manager);
        body.segments().forEach(segment -> segment.layer().fold(folded));
        return new FoldedNetwork(this, folded, folded);
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

    private static boolean isWeight(TensorSpec tensor) {
        return tensor.role() == TensorSpec.Role.CONVOLUTION_WEIGHT || tensor.role() == TensorSpec.Role.LINEAR_WEIGHT;
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
