package io.faultline.report;

/**
 * What leaked pairs of one class would give away, as the owner's audit measured it. Errors only, never a filter.
 *
 * @param className of the class
 * @param pairs of original and published image that are supposed to have leaked
 * @param filterError largest error of the recovered filter's entries, in units of the filter's largest entry
 * @param publishedPsnr of other images of the class as they are published, in decibels
 * @param restoredPsnr of the same images, restored with the recovered filter; null for a restoration without error
 * @param text the same in a sentence
 */
public record LeakReport(
        String className, int pairs, double filterError, double publishedPsnr, Double restoredPsnr, String text) {}
