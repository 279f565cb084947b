package io.faultline.vision.evaluation;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The laws that figures of robustness obey whatever the network: one that is broken means a fault of ours, not a result. */
public final class LawCheck {
    // float32 rounds a pixel of up to 1 by 6e-8, a Euclidean length of thousands of pixels by a little more
    private static final double ROUNDING = 1e-5;
    private static final double SIGNIFICANCE = 0.001;

    private LawCheck() {}

    /** @return each broken law as a sentence; empty for sound figures */
    public static List<String> of(RobustAccuracy measured) {
        List<String> suspicions = new ArrayList<>();
        if (measured.robust().correct() > measured.clean().correct()) {
            suspicions.add(String.format(
                    Locale.ROOT,
                    "Robust accuracy is %d of %d and clean accuracy only %d; an attack cannot help.",
                    measured.robust().correct(),
                    measured.robust().total(),
                    measured.clean().correct()));
        }
        if (!(measured.largestDistance() <= measured.radius() + ROUNDING)) {
            suspicions.add(String.format(
                    Locale.ROOT,
                    "An attacked image is %.6g away from its original; the ball's radius is %.6g.",
                    measured.largestDistance(),
                    measured.radius()));
        }
        if (!(measured.lowestPixel() >= 0 && measured.highestPixel() <= 1)) {
            suspicions.add(String.format(
                    Locale.ROOT,
                    "Attacked images have pixels from %.6g to %.6g; allowed: 0 to 1.",
                    measured.lowestPixel(),
                    measured.highestPixel()));
        }
        if (measured.radius() == 0 && !measured.robust().equals(measured.clean())) {
            suspicions.add(String.format(
                    Locale.ROOT,
                    "Robust accuracy at radius 0 is %d of %d and clean accuracy %d; they must be equal.",
                    measured.robust().correct(),
                    measured.robust().total(),
                    measured.clean().correct()));
        }
        if (measured.changedAnswers() > 0) {
            suspicions.add(String.format(
                    Locale.ROOT,
                    "%d of the attacked images were answered otherwise when they were stored and scored again.",
                    measured.changedAnswers()));
        }
        return List.copyOf(suspicions);
    }

    /**
     * Whether an attack that must be at least as strong as another is, on the same images: more steps or restarts, or AutoAttack
     * against PGD.
     *
     * <p>The noise is judged by an exact sign test on the images whose answers differ. Were the two equally strong, each of
     * them would be as likely to be robust against the one as against the other; the law is broken if as many that are robust
     * against the stronger attack alone come about with a probability under {@value #SIGNIFICANCE}.
     *
     * @param weaker name of the weaker attack, for the sentence
     * @param stronger name of the stronger attack
     * @return the broken law as a sentence; empty for sound figures
     * @throws IllegalArgumentException if the figures are of different images
     */
    public static List<String> ofStrength(
            String weaker, RobustAccuracy byWeaker, String stronger, RobustAccuracy byStronger) {
        if (!byWeaker.clean().equals(byStronger.clean()) || byWeaker.radius() != byStronger.radius()) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "%s was measured at radius %.6g on %s clean, %s at %.6g on %s; compare on the same images and radius",
                    weaker,
                    byWeaker.radius(),
                    byWeaker.clean(),
                    stronger,
                    byStronger.radius(),
                    byStronger.clean()));
        }
        Set<Integer> robustByWeaker = new HashSet<>(byWeaker.robustPlaces());
        Set<Integer> robustByStronger = new HashSet<>(byStronger.robustPlaces());
        long onlyByStronger = robustByStronger.stream()
                .filter(place -> !robustByWeaker.contains(place))
                .count();
        long onlyByWeaker = robustByWeaker.stream()
                .filter(place -> !robustByStronger.contains(place))
                .count();
        double chance = atLeast(onlyByStronger, onlyByStronger + onlyByWeaker);
        if (chance >= SIGNIFICANCE) {
            return List.of();
        }
        return List.of(String.format(
                Locale.ROOT,
                "%d of %d images are robust against %s and %d against %s, which is stronger; by chance that happens with"
                        + " probability %.2g.",
                byWeaker.robust().correct(),
                byWeaker.robust().total(),
                weaker,
                byStronger.robust().correct(),
                stronger,
                chance));
    }

    /** The probability of {@code heads} or more heads in so many throws of a fair coin. */
    private static double atLeast(long heads, long throwsInAll) {
        double logTerm = -throwsInAll * Math.log(2); // of no head
        double sum = 0;
        for (long k = 0; k <= throwsInAll; k++) {
            sum += k >= heads ? Math.exp(logTerm) : 0;
            logTerm += Math.log(throwsInAll - k) - Math.log(k + 1.0);
        }
        return Math.min(sum, 1);
    }
}
