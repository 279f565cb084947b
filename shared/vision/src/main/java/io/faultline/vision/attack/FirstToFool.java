package io.faultline.vision.attack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.faultline.vision.network.Classifier;
import io.faultline.vision.network.Tensors;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Runs attacks one after the other, each on the images that are still labelled right: an image stays as the first attack left it that
 * fooled the classifier, or as the last attack left it. Which images end up wrong is what running all attacks on all
 * images gives, for less work.
 *
 * @param attacks at least one; attack number k draws by each image's seed for k
 */
public record FirstToFool(List<Adversary> attacks) implements Adversary {
    public FirstToFool {
        attacks = List.copyOf(attacks);
        if (attacks.isEmpty()) {
            throw new IllegalArgumentException("there is no attack; at least one is needed");
        }
    }

    @Override
    public NDArray perturb(Classifier classifier, NDArray images, NDArray labels, ImageSeeds seeds) {
        try (NDManager scope = images.getManager().newSubManager()) {
            scope.tempAttachAll(images, labels);
            long[] all = labels.toLongArray();
            Departures departures = new Departures(scope, all.length);
            for (int k = 0; k < attacks.size() && departures.remaining().length > 0; k++) {
                boolean last = k == attacks.size() - 1;
                int[] here = departures.remaining();
                long[] theirs = Rows.at(all, here);
                try (NDManager scratch = scope.newSubManager()) {
                    scratch.tempAttachAll(images);
                    NDArray attacked = Rows.pick(images, here);
                    NDArray left = attacks.get(k)
                            .perturb(
                                    classifier,
                                    attacked,
                                    Tensors.of(scratch, theirs, new Shape(theirs.length)),
                                    seeds.at(here).derive(k));
                    int[] leaving = last
                            ? IntStream.range(0, here.length).toArray()
                            : Answers.of(classifier, left).places(theirs, true);
                    departures.leave(leaving, left);
                }
            }
            return scope.ret(departures.all());
        }
    }
}
