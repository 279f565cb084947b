package io.faultline.poison.theory;

import org.hipparchus.special.Erf;
import org.hipparchus.util.FastMath;

/** N(0, 1). */
final class StandardNormal {
    private StandardNormal() {}

    /** Φ(x) = erfc(−x/√2)/2, which keeps the digits of a small tail. */
    static double below(double x) {
        return 0.5 * Erf.erfc(-x / FastMath.sqrt(2.0));
    }
}
