package io.faultline.vision.attack;

/** What became of an image under {@link AutoAttack}: which attack fooled the classifier first, in the order they run. */
public enum AttackFate {
    /** Labelled wrong without an attack. */
    MISCLASSIFIED,
    /** By Auto-PGD on the cross-entropy. */
    APGD_CE,
    /** By Auto-PGD on the targeted difference-of-logits ratio. */
    APGD_T,
    /** By the targeted fast adaptive boundary attack. */
    FAB_T,
    /** By the Square Attack. */
    SQUARE,
    /** By none. */
    ROBUST
}
