package io.faultline.vision.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The laws that figures of robustness obey whatever the network: one that is broken means a fault of ours, not a result. */
public final class LawCheck {
    // float32 rounds a pixel of up to 1 by 6e-8, a Euclidean length of thousands of pixels by a little more
    private static final double ROUNDING = 1e-5;

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
        return List.copyOf(suspicions);
    }
}
