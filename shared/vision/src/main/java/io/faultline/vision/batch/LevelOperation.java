package io.faultline.vision.batch;

/**
 * AutoAugment's operations (Cubuk et al., CVPR 2019, Tab. 6) as torchvision 0.28 does them on Pillow images: ten magnitudes each,
 * numbered 0 to 9, the nearest pixel, black from beyond the image.
 */
enum LevelOperation {
    SHEAR_X(Sign.EITHER, (step, image) -> between(0, 0.3, step), (image, m) -> image.affine(1, m, 0, 0, 1, 0)),
    SHEAR_Y(Sign.EITHER, (step, image) -> between(0, 0.3, step), (image, m) -> image.affine(1, 0, 0, m, 1, 0)),
    TRANSLATE_X(
            Sign.EITHER,
            (step, image) -> between(0, Extent.SHIFT * image.width(), step),
            (image, m) -> image.affine(1, 0, -(int) m, 0, 1, 0)),
    TRANSLATE_Y(
            Sign.EITHER,
            (step, image) -> between(0, Extent.SHIFT * image.height(), step),
            (image, m) -> image.affine(1, 0, 0, 0, 1, -(int) m)),
    ROTATE(Sign.EITHER, (step, image) -> between(0, 30, step), Levels::rotate),
    BRIGHTNESS(Sign.EITHER, (step, image) -> between(0, 0.9, step), (image, m) -> image.brighten(1 + m)),
    COLOR(Sign.EITHER, (step, image) -> between(0, 0.9, step), (image, m) -> image.colour(1 + m)),
    CONTRAST(Sign.EITHER, (step, image) -> between(0, 0.9, step), (image, m) -> image.contrast(1 + m)),
    SHARPNESS(Sign.EITHER, (step, image) -> between(0, 0.9, step), (image, m) -> image.sharpen(1 + m)),
    /** The magnitude is the number of bits that stay. */
    POSTERIZE(
            Sign.PLUS,
            (step, image) -> 8 - Math.rint(4 * step / 9.0),
            (image, m) -> image.map(level -> level & -1 << 8 - (int) m)),
    /** The magnitude is the lowest level that is inverted. */
    SOLARIZE(
            Sign.PLUS,
            (step, image) -> between(255, 0, step),
            (image, m) -> image.map(level -> level < m ? level : 255 - level)),
    AUTO_CONTRAST(Sign.PLUS, (step, image) -> 0, (image, m) -> image.spread()),
    EQUALIZE(Sign.PLUS, (step, image) -> 0, (image, m) -> image.equalize()),
    INVERT(Sign.PLUS, (step, image) -> 0, (image, m) -> image.map(level -> 255 - level));

    /** Which signs a magnitude may take. */
    private enum Sign {
        PLUS,
        EITHER
    }

    /** How far a shift goes at most. */
    private static final class Extent {
        /** Of the edge: the paper's 150 pixels of ImageNet's 331. */
        static final double SHIFT = 150.0 / 331.0;
    }

    @FunctionalInterface
    private interface Scale {
        double magnitude(int step, Levels image);
    }

    @FunctionalInterface
    private interface Effect {
        void on(Levels image, double magnitude);
    }

    private final Sign sign;
    private final Scale scale;
    private final Effect effect;

    LevelOperation(Sign sign, Scale scale, Effect effect) {
        this.sign = sign;
        this.scale = scale;
        this.effect = effect;
    }

    /**
     * @param step 0 to 9
     * @param negative whether to take the magnitude's opposite, where there is one
     */
    double magnitude(int step, boolean negative, Levels image) {
        double magnitude = scale.magnitude(step, image);
        return negative && sign == Sign.EITHER ? -magnitude : magnitude;
    }

    void apply(Levels image, double magnitude) {
        effect.on(image, magnitude);
    }

    /** The step's number between the first and the last of ten, in float32 as {@code torch.linspace} computes it. */
    private static double between(double first, double last, int step) {
        float from = (float) first;
        float to = (float) last;
        float width = (to - from) / 9;
        return step < 5 ? from + width * step : to - width * (9 - step);
    }
}
