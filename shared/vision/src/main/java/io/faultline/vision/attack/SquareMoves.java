package io.faultline.vision.attack;

import io.faultline.recipe.Seed;
import java.util.SplittableRandom;

/** What the Square Attack draws for one image: the only part of it that depends on the norm. */
interface SquareMoves {
    static SquareMoves of(PerturbationBall ball, PixelRows pixels) {
        return switch (ball.threatModel()) {
            case LINF -> new LinfSquares(ball.radius(), pixels);
            case L2 -> new L2Squares(ball.radius(), pixels);
        };
    }

    /** The first perturbed image. */
    float[] start(float[] original, Draws draws);

    /**
     * The next one to try.
     *
     * @param best so far
     * @param share of the image's pixels that the square covers
     */
    float[] candidate(float[] original, float[] best, double share, Draws draws);

    /** The random numbers of one image and one query. */
    final class Draws {
        private final SplittableRandom random;

        Draws(Seed seed) {
            random = seed.generator();
        }

        /** Uniform in 0 to {@code bound} − 1; 0 for a bound of 0. */
        int below(int bound) {
            return (int) (random.nextDouble() * bound);
        }

        /** 1 or −1. */
        int sign() {
            return random.nextDouble() < 0.5 ? 1 : -1;
        }

        boolean coin() {
            return random.nextDouble() < 0.5;
        }
    }
}
