package io.faultline.dataset;

import io.faultline.recipe.Split;
import java.util.ArrayList;
import java.util.List;

/**
 * A run of images of one split that is worked on by itself.
 *
 * @param split {@link Split#TRAINING} or {@link Split#TEST}
 * @param from place of the first image
 * @param to place behind the last image
 */
public record Shard(Split split, int from, int to) {
    public Shard {
        if (from < 0 || to <= from) {
            throw new IllegalArgumentException("shard from " + from + " to " + to + "; expected at least one image");
        }
    }

    public int size() {
        return to - from;
    }

    /** Both splits in shards of at most so many images, as even as can be. */
    public static List<Shard> cut(int trainSize, int testSize, int mostImages) {
        List<Shard> shards = new ArrayList<>();
        cut(Split.TRAINING, trainSize, mostImages, shards);
        cut(Split.TEST, testSize, mostImages, shards);
        return shards;
    }

    private static void cut(Split split, int size, int mostImages, List<Shard> shards) {
        int count = (int) (((long) size + mostImages - 1) / mostImages);
        for (int i = 0; i < count; i++) {
            shards.add(new Shard(split, (int) ((long) size * i / count), (int) ((long) size * (i + 1) / count)));
        }
    }
}
