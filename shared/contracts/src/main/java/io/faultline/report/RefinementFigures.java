package io.faultline.report;

/**
 * A network on the test split.
 *
 * @param robust under the evaluation attack, the worst of its starts
 * @param autoAttack null where it was not asked for
 * @param corruptions null where they were not asked for
 */
public record RefinementFigures(
        Accuracy clean, Accuracy robust, AutoAttackReport autoAttack, CorruptionReport corruptions) {}
