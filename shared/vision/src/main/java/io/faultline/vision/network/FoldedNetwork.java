package io.faultline.vision.network;

import ai.djl.ndarray.NDArray;

/**
 * A network whose batch norms are folded into the convolutions before them, with the weights it had when it was folded: what
 * attacks and evaluation run. Equal to {@link BatchNormMode#RUNNING_STATISTICS} but for rounding, and faster, above all backwards.
 *
 * <p>It owns nothing: its tensors live as long as the manager it was folded into.
 */
public final class FoldedNetwork implements Classifier {
    private final NormalizedNetwork network;
    private final FoldedTensors folded;
    private final Weights weights;

    FoldedNetwork(NormalizedNetwork network, FoldedTensors folded, Weights weights) {
        this.network = network;
        this.folded = folded;
        this.weights = weights;
    }

    @Override
    public NDArray logits(NDArray images) {
        return run(0, network.segments().size(), images);
    }

    /**
     * Some of the segments, as {@link NormalizedNetwork#run}.
     *
     * @param activation what enters segment {@code from}; stays the caller's
     * @return what enters segment {@code to}, owned by the activation's manager
     */
    public NDArray run(int from, int to, NDArray activation) {
        return network.run(from, to, activation, Pass.folded(weights));
    }

    /**
     * This network in two parts, of which the first does not depend on a module's weight.
     *
     * @throws IllegalArgumentException if the network has no such module, naming those that it has
     */
    public CutNetwork cutBefore(NamedModule module) {
        return new CutNetwork(this, module, network.cutBefore(module));
    }

    Pass pass() {
        return Pass.folded(weights);
    }

    /**
     * This network with the weight of one module exchanged, in which it stays differentiable.
     *
     * @param weight a module's, see {@link NamedModule#weight()}
     * @param tensor as in the state dict, not folded; stays the caller's, whose manager also owns what is computed from it
     */
    public FoldedNetwork with(String weight, NDArray tensor) {
        NDArray exchanged = folded.gain(weight).map(tensor::mul).orElse(tensor);
        return new FoldedNetwork(network, folded, weights.with(weight, exchanged));
    }
}
