package io.faultline.vision.evaluation;

import ai.djl.ndarray.NDManager;
import io.faultline.dataset.LabeledImages;
import io.faultline.recipe.Seed;
import io.faultline.vision.attack.AttackFate;
import io.faultline.vision.attack.AutoAttack;
import io.faultline.vision.attack.ImageSeeds;
import io.faultline.vision.batch.ImageBatch;
import io.faultline.vision.batch.ImageBatches;
import io.faultline.vision.network.Classifier;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Robust accuracy under AutoAttack, shard by shard. A shard's result depends on weights, images, seed and its number alone, whether
 * or not others are done: shards may be run in any order, by anyone, and again.
 *
 * <p>What an attack draws for an image comes from the seed and the image's place in the data. To stop within a shard, let the
 * classifier throw.
 *
 * @param shardSize how many images a shard has, the last but what is left; also the size of the largest batch
 */
public record AutoAttackEvaluation(AutoAttack attack, Seed seed, int shardSize) {
    public AutoAttackEvaluation {
        if (shardSize < 1) {
            throw new IllegalArgumentException("shard size is " + shardSize + "; allowed: 1 or more");
        }
    }

    /** How many shards cover so many images. */
    public int shards(int images) {
        return (images + shardSize - 1) / shardSize;
    }

    /**
     * Attacks one shard.
     *
     * @param shard from 0
     * @param manager parent of the memory it takes
     * @throws NonFiniteLogitsException if an answer is NaN or infinite
     */
    public ShardResult shard(int shard, Classifier classifier, LabeledImages data, NDManager manager) {
        if (shard < 0 || shard >= shards(data.size())) {
            throw new IllegalArgumentException("shard is " + shard + "; allowed: 0 to " + (shards(data.size()) - 1)
                    + " of " + data.size() + " images in shards of " + shardSize);
        }
        int from = shard * shardSize;
        int[] places =
                IntStream.range(from, Math.min(from + shardSize, data.size())).toArray();
        try (NDManager scope = manager.newSubManager()) {
            ImageBatch batch = ImageBatches.of(data).load(places, scope);
            Correctness.of(classifier.logits(batch.images()), batch.labels(), from);
            AutoAttack.Outcome outcome =
                    attack.attack(classifier, batch.images(), batch.labels(), ImageSeeds.of(seed, places));
            boolean[] right = new boolean[places.length];
            for (int i = 0; i < right.length; i++) {
                right[i] = outcome.fates().get(i) == AttackFate.ROBUST;
            }
            return new ShardResult(
                    shard,
                    from,
                    outcome.fates(),
                    attack.ball().radius(),
                    outcome.largestDistance(),
                    outcome.lowestPixel(),
                    outcome.highestPixel(),
                    Rescoring.changed(classifier, outcome.adversarial(), batch.labels(), right, from),
                    outcome.notes());
        }
    }

    /**
     * The figures of a whole data set.
     *
     * @param results one of each shard, in any order
     * @param images of the data set
     * @throws IllegalArgumentException if a shard is missing, comes twice or is another evaluation's
     */
    public AutoAttackAccuracy merge(List<ShardResult> results, int images) {
        List<ShardResult> ordered = results.stream()
                .sorted(Comparator.comparingInt(ShardResult::shard))
                .toList();
        List<Integer> found = ordered.stream().map(ShardResult::shard).toList();
        List<Integer> expected = IntStream.range(0, shards(images)).boxed().toList();
        if (!found.equals(expected)) {
            throw new IllegalArgumentException("there are results of the shards " + found
                    + "; needed is one of each of " + expected.size() + ": measure the missing ones");
        }
        for (ShardResult result : ordered) {
            int from = result.shard() * shardSize;
            int size = Math.min(shardSize, images - from);
            if (result.from() != from
                    || result.fates().size() != size
                    || result.radius() != attack.ball().radius()) {
                throw new IllegalArgumentException("the result of shard " + result.shard() + " is of "
                        + result.fates().size() + " images from " + result.from() + " at radius " + result.radius()
                        + "; expected " + size + " from " + from + " at "
                        + attack.ball().radius() + ": it is another evaluation's");
            }
        }
        return AutoAttackAccuracy.of(ordered);
    }
}
