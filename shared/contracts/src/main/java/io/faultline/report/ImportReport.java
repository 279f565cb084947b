package io.faultline.report;

/**
 * What an imported checkpoint is, measured before any training of it.
 *
 * @param layout what kind of file it was, and which wrappers were taken off
 * @param clean on the test split; null with a fresh last layer
 * @param robust on the test split, under the evaluation attack; null where it was not measured
 * @param verified whether every stated accuracy was met; null where none was stated
 * @param reason of the verdict; null where there is none
 */
public record ImportReport(String layout, Accuracy clean, Accuracy robust, Boolean verified, String reason) {}
