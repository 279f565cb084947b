package io.faultline.report;

/**
 * What refinement changed on the test split, image by image.
 *
 * @param autoAttack null where it was not asked for
 * @param corruptions of the mean over all corruptions and severities; null where they were not asked for
 */
public record RefinementChange(
        PairedDifference clean, PairedDifference robust, PairedDifference autoAttack, PairedDifference corruptions) {}
