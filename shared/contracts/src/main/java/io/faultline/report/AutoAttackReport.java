package io.faultline.report;

import java.util.List;

/**
 * AutoAttack on test images.
 *
 * @param clean on the same images, unattacked
 * @param afterEach what was still robust after each of its attacks, in their order
 * @param robust after all of them
 */
public record AutoAttackReport(Accuracy clean, List<Step> afterEach, Accuracy robust) {
    /** @param attack its name, such as apgd-ce */
    public record Step(String attack, Accuracy robust) {}

    public AutoAttackReport {
        afterEach = List.copyOf(afterEach);
    }
}
