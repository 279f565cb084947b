package io.faultline.poison.quality;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.faultline.dataset.RgbImage;

/**
 * What was measured of one class's published images. All are counts and sums of whole numbers (a decibel is rounded to its
 * millionth per image, then added), so that parts merge exactly, in any order and whatever the shards.
 *
 * @param label of the class, from 0
 * @param images measured; the {@code broken} ones are not among them
 * @param broken images whose values were not finite and which could not be published: see {@link #broken}
 * @param equalImages equal to their original, value by value; their PSNR is infinite and in no sum
 * @param psnrMicrodecibels sum over the images that are not equal to their original
 * @param ssimImages of the measured ones, those whose SSIM was taken too
 * @param ssimMillionths sum over these
 * @param values of all measured images: three per pixel
 * @param clippedValues values that are 0 or 255 and were neither in the original
 * @param flatImages published images whose levels span fewer than three in each channel, while the original's span more
 * @param blackImages published images of zeros only, while the original's are not
 */
public record ClassQuality(
        int label,
        long images,
        long broken,
        long equalImages,
        long psnrMicrodecibels,
        long ssimImages,
        long ssimMillionths,
        long values,
        long clippedValues,
        long flatImages,
        long blackImages) {
    private static final double MILLION = 1e6;
    private static final int FLAT_SPAN = 3;

    public ClassQuality {
        if (label < 0) {
            throw new IllegalArgumentException("label is " + label + "; expected 0 or more");
        }
        if (images < 0 || broken < 0 || values < 0) {
            throw new IllegalArgumentException(
                    images + " images, " + broken + " broken, " + values + " values; expected 0 or more of each");
        }
        notMore("equal images", equalImages, images);
        notMore("images with an SSIM", ssimImages, images);
        notMore("clipped values", clippedValues, values);
        notMore("flat images", flatImages, images);
        notMore("black images", blackImages, images);
    }

    /** Of no image. */
    public static ClassQuality none(int label) {
        return new ClassQuality(label, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    }

    /** All measures of one image. */
    public static ClassQuality of(int label, ImagePair pair) {
        ClassQuality levels = ofLevels(label, pair);
        return new ClassQuality(
                label,
                levels.images,
                levels.broken,
                levels.equalImages,
                levels.psnrMicrodecibels,
                1,
                Math.round(ImageQuality.ssim(pair) * MILLION),
                levels.values,
                levels.clippedValues,
                levels.flatImages,
                levels.blackImages);
    }

    /** All measures of one image but the SSIM, which takes ten times as long as the others together. */
    public static ClassQuality ofLevels(int label, ImagePair pair) {
        LevelDifferences differences = LevelDifferences.of(pair);
        int values = pair.original().pixels().length;
        double psnr = ImageQuality.psnr(differences, values);
        boolean equal = Double.isInfinite(psnr);
        return new ClassQuality(
                label,
                1,
                0,
                equal ? 1 : 0,
                equal ? 0 : Math.round(psnr * MILLION),
                0,
                0,
                values,
                differences.clipped(),
                isFlat(pair.published()) && !isFlat(pair.original()) ? 1 : 0,
                isBlack(pair.published()) && !isBlack(pair.original()) ? 1 : 0);
    }

    /**
     * One image that has no bytes to measure, since a NaN or an infinity came up on the way to them. Bytes cannot hold either;
     * whoever convolves counts such an image here instead of publishing it.
     */
    public static ClassQuality broken(int label) {
        return new ClassQuality(label, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0);
    }

    /** @throws IllegalArgumentException if the other is of another class */
    public ClassQuality plus(ClassQuality other) {
        if (other.label != label) {
            throw new IllegalArgumentException(
                    "measures of class " + other.label + " added to those of class " + label + "; expected the same");
        }
        return new ClassQuality(
                label,
                images + other.images,
                broken + other.broken,
                equalImages + other.equalImages,
                psnrMicrodecibels + other.psnrMicrodecibels,
                ssimImages + other.ssimImages,
                ssimMillionths + other.ssimMillionths,
                values + other.values,
                clippedValues + other.clippedValues,
                flatImages + other.flatImages,
                blackImages + other.blackImages);
    }

    /** Mean over the images that are not equal to their original, in dB; NaN of no such image. */
    @JsonProperty(access = JsonProperty.Access.READ_ONLY)
    public double meanPsnr() {
        return psnrMicrodecibels / MILLION / (images - equalImages);
    }

    /** Mean over the images whose SSIM was taken; NaN of none. */
    @JsonProperty(access = JsonProperty.Access.READ_ONLY)
    public double meanSsim() {
        return ssimMillionths / MILLION / ssimImages;
    }

    /** 0 to 1; NaN of no image. */
    @JsonProperty(access = JsonProperty.Access.READ_ONLY)
    public double clippedShare() {
        return (double) clippedValues / values;
    }

    private static boolean isFlat(RgbImage image) {
        byte[] pixels = image.pixels();
        for (int channel = 0; channel < 3; channel++) {
            int lowest = ImageQuality.HIGHEST_LEVEL;
            int highest = 0;
            for (int i = channel; i < pixels.length; i += 3) {
                int level = pixels[i] & 0xff;
                lowest = Math.min(lowest, level);
                highest = Math.max(highest, level);
                if (highest - lowest >= FLAT_SPAN) {
                    return false;
                }
            }
        }
        return true;
    }

    private static boolean isBlack(RgbImage image) {
        for (byte level : image.pixels()) {
            if (level != 0) {
                return false;
            }
        }
        return true;
    }

    private static void notMore(String what, long count, long of) {
        if (count < 0 || count > of) {
            throw new IllegalArgumentException(count + " " + what + " of " + of + "; expected 0 to " + of);
        }
    }
}
