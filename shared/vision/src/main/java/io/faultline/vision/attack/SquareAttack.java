package io.faultline.vision.attack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.faultline.vision.network.Classifier;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The Square Attack (Andriushchenko et al., ECCV 2020): random search that asks for logits alone, so that no masked gradient
 * misleads it. A square-shaped change is kept if it lowers the margin z_y − max_{j≠y} z_j; the squares shrink as queries go by.
 *
 * <p>An image leaves as soon as it is labelled wrong; one that never is ends at its lowest margin.
 *
 * @param queries after the start
 * @implNote the squares shrink after 10, 50, 200, 500, 1000, 2000, 4000, … queries whatever their total, as in the reference
 *     AutoAttack; the paper scales these numbers to the total
 */
public record SquareAttack(PerturbationBall ball, int queries) implements Adversary {
    // p: the share of the pixels that the first squares cover
    private static final double FIRST_SHARE = 0.8;
    private static final int[] HALVED_AFTER = {10, 50, 200, 500, 1_000, 2_000, 4_000, 6_000, 8_000};

    public SquareAttack {
        if (queries < 0) {
            throw new IllegalArgumentException("queries is " + queries + "; allowed: 0 or more");
        }
    }

    @Override
    public NDArray perturb(Classifier classifier, NDArray images, NDArray labels, ImageSeeds seeds) {
        return new Search(classifier, images, labels, seeds).run();
    }

    static double share(int query) {
        double share = FIRST_SHARE;
        for (int halved : HALVED_AFTER) {
            share = query > halved ? share / 2 : share;
        }
        return share;
    }

    private final class Search {
        private final Classifier classifier;
        private final ImageSeeds seeds;
        private final NDManager owner;
        private final PixelRows pixels;
        private final SquareMoves moves;
        private final float[][] originals;
        private final float[][] best;
        private final float[][] tried;
        private final float[] margins;
        private final long[] labels;
        private int[] searching;

        Search(Classifier classifier, NDArray images, NDArray labels, ImageSeeds seeds) {
            this.classifier = classifier;
            this.seeds = seeds;
            owner = images.getManager();
            pixels = PixelRows.of(images.getShape());
            moves = SquareMoves.of(ball, pixels);
            originals = pixels.read(images);
            best = new float[originals.length][];
            tried = new float[originals.length][];
            margins = new float[originals.length];
            this.labels = labels.toLongArray();
            searching = IntStream.range(0, originals.length).toArray();
        }

        NDArray run() {
            for (int image : searching) {
                tried[image] = moves.start(
                        originals[image], new SquareMoves.Draws(seeds.get(image).derive("start")));
                margins[image] = Float.POSITIVE_INFINITY;
            }
            score();
            for (int query = 0; query < queries && searching.length > 0; query++) {
                for (int image : searching) {
                    SquareMoves.Draws draws =
                            new SquareMoves.Draws(seeds.get(image).derive(query));
                    tried[image] = moves.candidate(originals[image], best[image], share(query), draws);
                }
                score();
            }
            return pixels.tensor(best, IntStream.range(0, best.length).toArray(), owner);
        }

        /** Keeps what lowers the margin, and ends the search for images that are labelled wrong. */
        private void score() {
            Answers answers;
            try (NDArray images = pixels.tensor(tried, searching, owner)) {
                answers = Answers.of(classifier, images);
            }
            List<Integer> goingOn = new ArrayList<>();
            for (int i = 0; i < searching.length; i++) {
                int image = searching[i];
                float margin = answers.margin(i, labels[image]);
                boolean fooled = answers.wrong(i, labels[image]);
                if (margin < margins[image] || fooled) {
                    best[image] = tried[image];
                    margins[image] = margin;
                }
                if (!fooled) {
                    goingOn.add(image);
                }
            }
            searching = goingOn.stream().mapToInt(Integer::intValue).toArray();
        }
    }
}
