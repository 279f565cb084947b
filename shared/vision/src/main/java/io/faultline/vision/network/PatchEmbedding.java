package io.faultline.vision.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import io.faultline.vision.network.TensorSpec.Role;
import java.util.List;
import java.util.stream.Stream;

/**
 * Images as tokens: each patch through one linear map, a class token before them, a learned position added to each;
 * (N, 3, S, S) ↦ (N, 1 + (S/patch)², width).
 *
 * @param imageSize S, of which the positions are
 */
record PatchEmbedding(Convolution projection, int imageSize) implements Layer {
    private static final String CLASS_TOKEN = "cls_token";
    private static final String POSITIONS = "pos_embed";

    static PatchEmbedding of(int imageSize, int patch, int width) {
        return new PatchEmbedding(
                Convolution.of("patch_embed.proj", 3, width, patch, patch)
                        .withoutPadding()
                        .withBias(),
                imageSize);
    }

    @Override
    public List<TensorSpec> tensors() {
        long side = imageSize / projection.kernel();
        Stream<TensorSpec> own = Stream.of(
                new TensorSpec(CLASS_TOKEN, new Shape(1, 1, projection.outputs()), Role.EMBEDDING),
                new TensorSpec(POSITIONS, new Shape(1, 1 + side * side, projection.outputs()), Role.EMBEDDING));
        return Stream.concat(own, projection.tensors().stream()).toList();
    }

    @Override
    public void fold(FoldedTensors folded) {
        tensors().forEach(tensor -> folded.keep(tensor.name()));
    }

    @Override
    public NDArray apply(NDArray x, Pass pass) {
        Shape shape = x.getShape();
        if (shape.get(2) != imageSize || shape.get(3) != imageSize) {
            throw new IllegalArgumentException("images are " + shape.get(2) + "×" + shape.get(3)
                    + "; the position embeddings of this network are for " + imageSize + "×" + imageSize + " alone");
        }
        long images = shape.get(0);
        long width = projection.outputs();
        try (NDArray patches = projection.apply(x, pass);
                NDArray rows = patches.reshape(images, width, -1);
                NDArray tokens = rows.swapAxes(1, 2);
                NDArray first = pass.get(CLASS_TOKEN).broadcast(new Shape(images, 1, width));
                NDArray all = NDArrays.concat(new NDList(first, tokens), 1)) {
            NDArray placed = all.add(pass.get(POSITIONS));
            placed.attach(x.getManager()); // the class token's would own it otherwise
            return placed;
        }
    }
}
