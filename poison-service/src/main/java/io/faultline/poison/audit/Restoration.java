package io.faultline.poison.audit;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * How near a class's other images come to their originals, as published and as restored. Errors are mean squares over all
 * values of all images, in levels²; the PSNR of each is 10 log₁₀(255² / error) dB.
 *
 * <p>A published image does not tell its original's brightness, so each error is given twice: with the brightness that whoever
 * restores must guess, and with the one factor per image that fits the original best, which is the error of the structure.
 *
 * @param images that were restored and whose originals were not used to recover the filter
 * @param published error of the images as they are
 * @param restored error of the restored images, their brightness guessed
 * @param publishedStructure error of the images as they are, their brightness corrected
 * @param restoredStructure error of the restored images, their brightness corrected
 */
public record Restoration(
        int images, double published, double restored, double publishedStructure, double restoredStructure) {
    private static final double PEAK = 255.0 * 255;

    @JsonProperty(access = JsonProperty.Access.READ_ONLY)
    public double publishedPsnr() {
        return psnr(published);
    }

    @JsonProperty(access = JsonProperty.Access.READ_ONLY)
    public double restoredPsnr() {
        return psnr(restored);
    }

    @JsonProperty(access = JsonProperty.Access.READ_ONLY)
    public double publishedStructurePsnr() {
        return psnr(publishedStructure);
    }

    @JsonProperty(access = JsonProperty.Access.READ_ONLY)
    public double restoredStructurePsnr() {
        return psnr(restoredStructure);
    }

    /** In dB, infinite without an error. */
    private static double psnr(double meanSquare) {
        return 10 * (Math.log10(PEAK) - Math.log10(meanSquare));
    }
}
