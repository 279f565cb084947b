package io.faultline.vision;

import java.util.SplittableRandom;

/**
 * The inverse Φ⁻¹ of the standard normal distribution's cumulative function (Wichura, Algorithm AS 241, Applied Statistics 37,
 * 1988: PPND16, relative error about 1e-16).
 *
 * <p>Of a uniform number it makes a normal one: a single draw each, and the same bits on every Java version, which {@code
 * nextGaussian} does not promise. {@link StrictMath} has the only transcendental function in it.
 */
public final class NormalQuantile {
    private static final double CENTRE = 0.425;
    private static final double CENTRE_SQUARED = 0.180625;
    private static final double TAIL = 5;
    private static final double TAIL_SHIFT = 1.6;

    // numerators and denominators of three rational functions, highest power first
    private static final double[] CENTRE_OVER = {
        2.5090809287301226727e3, 3.3430575583588128105e4, 6.7265770927008700853e4, 4.5921953931549871457e4,
        1.3731693765509461125e4, 1.9715909503065514427e3, 1.3314166789178437745e2, 3.3871328727963666080e0
    };
    private static final double[] CENTRE_UNDER = {
        5.2264952788528545610e3,
        2.8729085735721942674e4,
        3.9307895800092710610e4,
        2.1213794301586595867e4,
        5.3941960214247511077e3,
        6.8718700749205790830e2,
        4.2313330701600911252e1,
        1
    };
    private static final double[] NEAR_OVER = {
        7.74545014278341407640e-4, 2.27238449892691845833e-2, 2.41780725177450611770e-1, 1.27045825245236838258e0,
        3.64784832476320460504e0, 5.76949722146069140550e0, 4.63033784615654529590e0, 1.42343711074968357734e0
    };
    private static final double[] NEAR_UNDER = {
        1.05075007164441684324e-9,
        5.47593808499534494600e-4,
        1.51986665636164571966e-2,
        1.48103976427480074590e-1,
        6.89767334985100004550e-1,
        1.67638483018380384940e0,
        2.05319162663775882187e0,
        1
    };
    private static final double[] FAR_OVER = {
        2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.24266094738807843860e-3, 2.65321895265761230930e-2,
        2.96560571828504891230e-1, 1.78482653991729133580e0, 5.46378491116411436990e0, 6.65790464350110377720e0
    };
    private static final double[] FAR_UNDER = {
        2.04426310338993978564e-15,
        1.42151175831644588870e-7,
        1.84631831751005468180e-5,
        7.86869131145613259100e-4,
        1.48753612908506148525e-2,
        1.36929880922735805310e-1,
        5.99832206555887937690e-1,
        1
    };

    private NormalQuantile() {}

    /**
     * @param probability 0 to 1
     * @return the x with Φ(x) = probability; infinite at 0 and 1
     */
    public static double of(double probability) {
        if (!(probability >= 0 && probability <= 1)) {
            throw new IllegalArgumentException("probability is " + probability + "; allowed: 0 to 1");
        }
        double fromCentre = probability - 0.5;
        if (Math.abs(fromCentre) <= CENTRE) {
            double r = CENTRE_SQUARED - fromCentre * fromCentre;
            return fromCentre * polynomial(CENTRE_OVER, r) / polynomial(CENTRE_UNDER, r);
        }
        double smaller = fromCentre < 0 ? probability : 1 - probability;
        if (smaller == 0) {
            return fromCentre < 0 ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
        }
        double r = Math.sqrt(-StrictMath.log(smaller));
        double distance = r <= TAIL
                ? polynomial(NEAR_OVER, r - TAIL_SHIFT) / polynomial(NEAR_UNDER, r - TAIL_SHIFT)
                : polynomial(FAR_OVER, r - TAIL) / polynomial(FAR_UNDER, r - TAIL);
        return fromCentre < 0 ? -distance : distance;
    }

    /** A uniform number above 0 and below 1: the middle of one of 2⁵² equal parts, since the quantiles of 0 and 1 are infinite. */
    public static double uniform(SplittableRandom random) {
        return ((random.nextLong() >>> 12) + 0.5) * 0x1.0p-52;
    }

    /** A standard normal number, made of one uniform number. */
    public static double draw(SplittableRandom random) {
        return of(uniform(random));
    }

    private static double polynomial(double[] highestFirst, double x) {
        double sum = 0;
        for (double coefficient : highestFirst) {
            sum = sum * x + coefficient;
        }
        return sum;
    }
}
