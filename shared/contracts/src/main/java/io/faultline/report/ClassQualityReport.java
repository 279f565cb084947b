package io.faultline.report;

/**
 * How one class's published images differ from the originals.
 *
 * @param name of the class
 * @param images protected images that were measured
 * @param psnr mean peak signal-to-noise ratio over them in decibels; null if none differs from its original
 * @param ssim mean structural similarity over a sample of them (Wang et al., 2004); null if none was taken
 * @param clippedShare share of pixel values that are 0 or 255 and were not before
 * @param flatImages images whose detail is gone
 */
public record ClassQualityReport(
        String name, long images, Double psnr, Double ssim, double clippedShare, long flatImages) {}
