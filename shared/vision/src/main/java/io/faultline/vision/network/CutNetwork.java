package io.faultline.vision.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/**
 * A folded network in two parts, of which the first does not depend on one module's weight: while only that weight moves, the first
 * is computed once and kept, and a backward pass ends where the second begins.
 */
public final class CutNetwork {
    private final FoldedNetwork network;
    private final NamedModule module;
    private final Cut cut;

    CutNetwork(FoldedNetwork network, NamedModule module, Cut cut) {
        this.network = network;
        this.module = module;
        this.cut = cut;
    }

    /**
     * What the second part needs.
     *
     * @param activation what enters the module's segment (see {@link NormalizedNetwork#segmentOf}), images in [0, 1] if that is the
     *     first; stays the caller's
     * @return arrays whose first axis are the images, owned by the activation's manager; among them may be the activation itself
     */
    public NDList before(NDArray activation) {
        return cut.before(activation, network.pass());
    }

    /**
     * Logits; differentiable in the module's weight.
     *
     * @param kept of {@link #before}, for all images or for some; stays the caller's
     * @param weight the module's, as in the state dict, not folded; stays the caller's, whose manager also owns what is computed from it
     * @return (N, K), owned by the manager of what was kept
     */
    public NDArray logits(NDList kept, NDArray weight) {
        return cut.after(kept, network.with(module.weight(), weight).pass());
    }
}
