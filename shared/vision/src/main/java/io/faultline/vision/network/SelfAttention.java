package io.faultline.vision.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.List;

/**
 * Self-attention of several heads (Vaswani et al., NeurIPS 2017): softmax(QKᵀ/√d)V for each head, tokens (N, T, D) ↦ (N, T, D).
 *
 * @param queriesKeysValues one linear layer for all three, D ↦ 3D: queries of all heads, then keys, then values
 * @param projection of the heads' results beside each other, D ↦ D
 */
record SelfAttention(FullyConnected queriesKeysValues, FullyConnected projection, int heads) implements Layer {
    static SelfAttention of(String name, int width, int heads) {
        return new SelfAttention(
                new FullyConnected(name + ".qkv", width, 3 * width),
                new FullyConnected(name + ".proj", width, width),
                heads);
    }

    @Override
    public List<Layer> children() {
        return List.of(queriesKeysValues, projection);
    }

    @Override
    public Cut cutBefore(String weight) {
        return projection.reads(weight) ? Chain.of(this::heard, projection).cutBefore(weight) : Cut.atTheStartOf(this);
    }

    @Override
    public NDArray apply(NDArray x, Pass pass) {
        try (NDArray heard = heard(x, pass)) {
            return projection.apply(heard, pass);
        }
    }

    /** What the heads give, beside each other: (N, T, D) ↦ the same. */
    private NDArray heard(NDArray x, Pass pass) {
        long images = x.getShape().get(0);
        long tokens = x.getShape().get(1);
        long width = x.getShape().get(2);
        long perHead = width / heads;
        try (NDArray all = queriesKeysValues.apply(x, pass);
                NDArray split = all.reshape(images, tokens, 3, heads, perHead);
                NDArray ordered = split.transpose(2, 0, 3, 1, 4); // (3, N, heads, T, d)
                NDList parts = ordered.split(3);
                NDArray queries = parts.get(0).squeeze(0);
                NDArray keys = parts.get(1).squeeze(0);
                NDArray values = parts.get(2).squeeze(0);
                // in libtorch's own memory: the backward pass reads it
                NDArray scaled = Tensors.times(queries, 1 / Math.sqrt(perHead));
                NDArray keysAcross = keys.swapAxes(2, 3);
                NDArray scores = scaled.matMul(keysAcross); // (N, heads, T, T)
                NDArray shares = scores.softmax(-1);
                NDArray heard = shares.matMul(values);
                NDArray beside = heard.swapAxes(1, 2)) { // (N, T, heads, d)
            return beside.reshape(images, tokens, width);
        }
    }
}
