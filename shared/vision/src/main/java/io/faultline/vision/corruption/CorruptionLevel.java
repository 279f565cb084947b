package io.faultline.vision.corruption;

import io.faultline.dataset.RgbImage;
import io.faultline.recipe.Seed;

/**
 * One corruption at one severity, ready to be laid over images. Immutable; serves many threads.
 *
 * <p>What comes out is 8-bit, cut off and not rounded, as the published sets store it. The random part is a pure function of
 * seed, corruption, severity and the image's place: own streams, so the images have the published sets' distribution, not their
 * values. How close they come is said at the package.
 */
public final class CorruptionLevel {
    /** The shortest side that every corruption is defined for. */
    public static final int SMALLEST_IMAGE = 8;

    private final Corruption corruption;
    private final int severity;
    private final CorruptionScale scale;
    private final Distortion distortion;

    private CorruptionLevel(Corruption corruption, int severity, CorruptionScale scale) {
        this.corruption = corruption;
        this.severity = severity;
        this.scale = scale;
        this.distortion = corruption.distortion(scale, severity);
    }

    /** @param severity 1 (slight) to {@value Corruption#MOST_SEVERE} */
    public static CorruptionLevel of(Corruption corruption, int severity, CorruptionScale scale) {
        if (severity < 1 || severity > Corruption.MOST_SEVERE) {
            throw new IllegalArgumentException("severity is " + severity + "; allowed: 1 to " + Corruption.MOST_SEVERE);
        }
        return new CorruptionLevel(corruption, severity, scale);
    }

    public Corruption corruption() {
        return corruption;
    }

    public int severity() {
        return severity;
    }

    public CorruptionScale scale() {
        return scale;
    }

    /**
     * Corrupts an image.
     *
     * @param place of the image in its split
     * @param seed of the whole evaluation
     * @return of the same size
     * @throws IllegalArgumentException if a side is shorter than {@value #SMALLEST_IMAGE} pixels
     */
    public RgbImage apply(RgbImage image, int place, Seed seed) {
        if (Math.min(image.height(), image.width()) < SMALLEST_IMAGE) {
            throw new IllegalArgumentException("image " + place + " is " + image.height() + "×" + image.width()
                    + "; corruptions need at least " + SMALLEST_IMAGE + "×" + SMALLEST_IMAGE);
        }
        Seed own = seed.derive(corruption.wireName()).derive(severity).derive(place);
        return distortion.apply(image, Uniforms.of(own));
    }
}
