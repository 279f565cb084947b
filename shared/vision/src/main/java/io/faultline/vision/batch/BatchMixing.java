package io.faultline.vision.batch;

import io.faultline.recipe.Seed;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** How the images of a batch are mixed with each other, after each was changed by itself. */
sealed interface BatchMixing permits Unmixed, Mixup, CutMix {
    /**
     * What became of a batch's labels.
     *
     * @param partners per image, the place in the batch of the image that was mixed in
     * @param share the first image's part in each mixed one, 0 to 1
     */
    record Mixture(int[] partners, float share) {}

    /**
     * Mixes the images where they are.
     *
     * @param values images × height × width × (R, G, B)
     * @param batch the seed of this batch in this epoch
     * @return empty if the batch stays as it is
     */
    Optional<Mixture> mix(float[] values, int images, int height, int width, Seed batch);

    /** A permutation of the batch: an image's partner may be the image itself. */
    static int[] partners(int images, SplittableRandom random) {
        int[] partners = IntStream.range(0, images).toArray();
        for (int last = images - 1; last > 0; last--) {
            int other = random.nextInt(last + 1);
            int partner = partners[last];
            partners[last] = partners[other];
            partners[other] = partner;
        }
        return partners;
    }
}
