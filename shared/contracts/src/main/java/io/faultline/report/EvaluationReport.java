package io.faultline.report;

/**
 * Further measurements on the test split; each null where it was not asked for.
 *
 * @param classifier always there
 */
public record EvaluationReport(
        ClassifierReport classifier,
        AutoAttackReport autoAttack,
        CorruptionReport corruptions,
        CertificationReport certification) {}
