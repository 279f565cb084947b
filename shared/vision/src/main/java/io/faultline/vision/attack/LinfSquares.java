package io.faultline.vision.attack;

/**
 * Squares in which every channel moves to +ε or −ε, over a start of vertical stripes (Andriushchenko et al., ECCV 2020, Alg. 2).
 *
 * @implNote as the reference AutoAttack draws them: a square never touches the last row and column that it could, and one whose
 *     colours are the ones already there is tried all the same. Each image draws its own squares, as in the paper; the
 *     reference draws one for the whole batch
 */
record LinfSquares(double radius, PixelRows pixels) implements SquareMoves {
    @Override
    public float[] start(float[] original, Draws draws) {
        float[] stripes = new float[pixels.width() * pixels.channels()];
        for (int i = 0; i < stripes.length; i++) {
            stripes[i] = (float) (draws.sign() * radius);
        }
        float[] moved = new float[original.length];
        for (int i = 0; i < moved.length; i++) {
            moved[i] = clip(original[i] + stripes[i % stripes.length], 0, 1);
        }
        return moved;
    }

    @Override
    public float[] candidate(float[] original, float[] best, double share, Draws draws) {
        int channels = pixels.channels();
        double exact = Math.sqrt(share * pixels.height() * pixels.width());
        int side = Math.min(Math.max((int) Math.rint(exact), 1), Math.min(pixels.height(), pixels.width()));
        int top = draws.below(pixels.height() - side);
        int left = draws.below(pixels.width() - side);
        float[] colour = new float[channels];
        for (int c = 0; c < channels; c++) {
            colour[c] = (float) (2 * draws.sign() * radius);
        }
        float[] moved = best.clone();
        for (int y = top; y < top + side; y++) {
            for (int x = left; x < left + side; x++) {
                for (int c = 0; c < channels; c++) {
                    int i = (y * pixels.width() + x) * channels + c;
                    float within =
                            clip(best[i] + colour[c], (float) (original[i] - radius), (float) (original[i] + radius));
                    moved[i] = clip(within, 0, 1);
                }
            }
        }
        return moved;
    }

    private static float clip(float value, float lowest, float highest) {
        return Math.min(Math.max(value, lowest), highest);
    }
}
