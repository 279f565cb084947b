package io.faultline.poison.theory;

import org.hipparchus.analysis.integration.gauss.GaussIntegrator;
import org.hipparchus.analysis.integration.gauss.GaussIntegratorFactory;
import org.hipparchus.util.FastMath;

/**
 * P(Q > 0) of a quadratic form in normal variables by inverting its characteristic function (Gil-Pelaez 1951; Imhof,
 * Biometrika 48, 1961), along a path on which the integrand does not swing (Rice, SIAM J. Sci. Stat. Comput. 1, 1980).
 *
 * <p>For any c > 0 at which the cumulant generating function K is finite,
 *
 * <pre>P(Q > 0) = (1/π) Im ∫ exp(K(u)) / u du, from c upwards to c + i∞.</pre>
 *
 * <p>Imhof integrates at c = 0, where the integrand oscillates and, with few dimensions, dies away as slowly as u⁻². Above the
 * real axis it is analytic, so the path may bend: this one leaves the axis at the saddle point of exp(K(u))/u and follows the
 * steepest descent, never more than 45° off the vertical, in straight pieces.
 *
 * <ul>
 *   <li><b>Truncation</b> is bounded, not guessed: from the last point (x, y) on, the path could as well rise vertically. There
 *       the modulus falls block by block from y to 2y to 4y, and beyond the point where it falls faster than Y^(−1.1) the rest
 *       is at most |g(Y)| Y / (p − 1), p being the exponent reached, which only rises. Terms whose 1 − 2xλ_j is negative can
 *       gain while rising; that gain has a bound of its own, which is multiplied in.
 *   <li><b>Quadrature</b>: each piece by Gauss's rules with 21 and with 10 points; their difference, which is the error of the
 *       poorer one, counts as the error of the better one. A piece whose two values differ too much is halved.
 *   <li><b>Rounding</b>: the unit roundoff times the moduli summed times the largest exponent's terms.
 * </ul>
 *
 * <p>One use each, on one thread.
 */
final class InversionIntegral {
    private static final GaussIntegrator FINE = new GaussIntegratorFactory().legendre(21);
    private static final GaussIntegrator COARSE = new GaussIntegratorFactory().legendre(10);

    /** By how much the logarithm of the integrand may change on one piece; the rules above integrate e^z over it exactly. */
    private static final double CHANGE_PER_PIECE = 2;
    /** Length of a piece as a share of the distance to the nearest pole or branch point, so that the rules converge. */
    private static final double SHARE_OF_CLEARANCE = 0.7;

    private static final int MOST_PIECES = 2000;
    private static final int MOST_HALVINGS = 12;
    /** Share of the tolerance granted to truncation and, per piece, to quadrature. */
    private static final double TRUNCATION_SHARE = 0.1;

    private static final double QUADRATURE_SHARE = 1e-3;
    /** Exponent from which on the rest of the vertical path is summed in closed form; anything above 1 would do. */
    private static final double CLOSING_EXPONENT = 1.1;
    /** The steepest direction that the path may take, as |Re|/|Im|: 45°. */
    private static final double MOST_SIDEWAYS = 1;

    private final int terms;
    private final double[] curvatures;
    private final double[] squares;
    private final double constant;
    private final double tolerance;

    private double integral;
    private double modulus;
    private double quadratureError;
    private double ruleModulus;

    // exp(K(u))/u as exp(logModulus + i·phase), and the first two derivatives of K(u) − ln u, of the point looked at
    // last
    private double logModulus;
    private double phase;
    private double firstRe;
    private double firstIm;
    private double secondModulus;

    private InversionIntegral(NormalQuadraticForm form, double tolerance) {
        this.terms = form.dimension();
        this.curvatures = new double[terms];
        this.squares = new double[terms];
        for (int j = 0; j < terms; j++) {
            curvatures[j] = form.curvature(j);
            squares[j] = form.slope(j) * form.slope(j);
        }
        this.constant = form.constant();
        this.tolerance = tolerance;
    }

    /**
     * @param form with a quadratic part
     * @throws IntegralNotConvergedException if the error is above the tolerance
     */
    static Probability of(NormalQuadraticForm form, double tolerance) {
        if (form.supremum() <= 0) {
            return new Probability(0, 0);
        }
        double saddle = ConvexMinimum.of(u -> form.cumulantSlope(u) - 1 / u, form.cumulantLimit());
        if (!(saddle > 0 && saddle < Double.POSITIVE_INFINITY)) {
            throw new IntegralNotConvergedException("no saddle point, found " + saddle, 1, tolerance);
        }
        double chernoff = FastMath.exp(form.cumulant(saddle));
        if (chernoff <= TRUNCATION_SHARE * tolerance) {
            return new Probability(0, chernoff);
        }
        return new InversionIntegral(form, tolerance).from(saddle);
    }

    private Probability from(double saddle) {
        double roundoff = Math.ulp(1.0) * (terms + exponentTerms(saddle));
        double x = saddle;
        double y = 0;
        double truncation = Double.POSITIVE_INFINITY;
        for (int pieces = 0; truncation > TRUNCATION_SHARE * tolerance; pieces++) {
            if (pieces == MOST_PIECES) {
                throw new IntegralNotConvergedException(
                        "no end after " + pieces + " pieces, at " + x + " + " + y + "i", truncation, tolerance);
            }
            differentiate(x, y);
            double slope = FastMath.hypot(firstRe, firstIm);
            // down the modulus means against the conjugate of the derivative
            double up = slope == 0 ? 1 : firstIm / slope;
            double right = slope == 0 ? 0 : -firstRe / slope;
            if (!(Math.abs(right) <= MOST_SIDEWAYS * up)) {
                right = Math.copySign(Math.sqrt(0.5), right);
                up = Math.sqrt(0.5);
            }
            double length = pieceLength(x, y, slope);
            integrate(x, y, right * length, up * length, MOST_HALVINGS);
            x += right * length;
            y += up * length;
            truncation = restAbove(x, y);
        }
        double error = (truncation + quadratureError + roundoff * modulus) / FastMath.PI;
        if (!(error <= tolerance)) {
            throw new IntegralNotConvergedException("quadrature or rounding", error, tolerance);
        }
        double value = integral / FastMath.PI;
        if (!(value >= -error && value <= 1 + error)) {
            throw new IntegralNotConvergedException("value " + value + " is no probability", error, tolerance);
        }
        return new Probability(Math.min(1, Math.max(0, value)), error);
    }

    /** |uk| + Σ|terms of K| at the saddle: the size of what is added up, and so of its rounding. */
    private double exponentTerms(double u) {
        double sum = Math.abs(u * constant);
        for (int j = 0; j < terms; j++) {
            double rest = 1 - 2 * u * curvatures[j];
            sum += u * u * squares[j] / (2 * rest) + Math.abs(0.5 * FastMath.log(rest));
        }
        return sum;
    }

    private double pieceLength(double x, double y, double slope) {
        double clearance = FastMath.hypot(x, y);
        for (double curvature : curvatures) {
            if (curvature != 0) {
                clearance = Math.min(clearance, FastMath.hypot(x - 1 / (2 * curvature), y));
            }
        }
        // slope·h + ½|second derivative|·h² = CHANGE_PER_PIECE
        double smooth =
                2 * CHANGE_PER_PIECE / (slope + FastMath.sqrt(slope * slope + 2 * CHANGE_PER_PIECE * secondModulus));
        return Math.min(smooth, SHARE_OF_CLEARANCE * clearance);
    }

    /** Adds the piece from (x, y) to (x + dx, y + dy). */
    private void integrate(double x, double y, double dx, double dy, int halvings) {
        double centreX = x + dx / 2;
        double centreY = y + dy / 2;
        double coarse = rule(COARSE, centreX, centreY, dx / 2, dy / 2);
        double fine = rule(FINE, centreX, centreY, dx / 2, dy / 2);
        double difference = Math.abs(fine - coarse);
        if (difference > QUADRATURE_SHARE * tolerance && halvings > 0) {
            integrate(x, y, dx / 2, dy / 2, halvings - 1);
            integrate(centreX, centreY, dx / 2, dy / 2, halvings - 1);
        } else {
            integral += fine;
            quadratureError += difference;
            modulus += ruleModulus;
        }
    }

    /** Im ∫ over the piece around (x, y); leaves ∫ of the modulus in {@code ruleModulus}. */
    private double rule(GaussIntegrator rule, double x, double y, double halfX, double halfY) {
        double sum = 0;
        double sizes = 0;
        for (int i = 0; i < rule.getNumberOfPoints(); i++) {
            double place = rule.getPoint(i);
            evaluate(x + place * halfX, y + place * halfY);
            double size = rule.getWeight(i) * FastMath.exp(logModulus);
            sum += size * (halfX * FastMath.sin(phase) + halfY * FastMath.cos(phase));
            sizes += size;
        }
        ruleModulus = sizes * FastMath.hypot(halfX, halfY);
        return sum;
    }

    /** exp(K(u))/u at u = x + iy. */
    private void evaluate(double x, double y) {
        double logs = 0;
        double product = 1;
        double real = x * constant;
        double imaginary = y * constant;
        double angles = 0;
        double squareRe = (x - y) * (x + y);
        double squareIm = 2 * x * y;
        for (int j = 0; j < terms; j++) {
            double restRe = 1 - 2 * x * curvatures[j];
            double restIm = -2 * y * curvatures[j];
            double size = restRe * restRe + restIm * restIm;
            product *= size;
            if (product > 1e100 || product < 1e-100) {
                logs += FastMath.log(product);
                product = 1;
            }
            angles += FastMath.atan2(restIm, restRe);
            double factor = squares[j] / (2 * size);
            real += factor * (squareRe * restRe + squareIm * restIm);
            imaginary += factor * (squareIm * restRe - squareRe * restIm);
        }
        logs += FastMath.log(product);
        logModulus = real - logs / 4 - FastMath.log(FastMath.hypot(x, y));
        phase = imaginary - angles / 2 - FastMath.atan2(y, x);
    }

    /** First and second derivative of K(u) − ln u at u = x + iy. */
    private void differentiate(double x, double y) {
        double inverse = 1 / (x * x + y * y);
        double poleRe = x * inverse;
        double poleIm = -y * inverse;
        double re = constant - poleRe;
        double im = -poleIm;
        double re2 = poleRe * poleRe - poleIm * poleIm;
        double im2 = 2 * poleRe * poleIm;
        for (int j = 0; j < terms; j++) {
            double curvature = curvatures[j];
            double restRe = 1 - 2 * x * curvature;
            double restIm = -2 * y * curvature;
            double size = restRe * restRe + restIm * restIm;
            double r = restRe / size;
            double i = -restIm / size;
            double rr = r * r - i * i;
            double ii = 2 * r * i;
            // u(1 − uλ)
            double uRe = x - curvature * (x * x - y * y);
            double uIm = y - 2 * curvature * x * y;
            re += curvature * r + squares[j] * (uRe * rr - uIm * ii);
            im += curvature * i + squares[j] * (uRe * ii + uIm * rr);
            re2 += 2 * curvature * curvature * rr + squares[j] * (rr * r - ii * i);
            im2 += 2 * curvature * curvature * ii + squares[j] * (rr * i + ii * r);
        }
        firstRe = re;
        firstIm = im;
        secondModulus = FastMath.hypot(re2, im2);
    }

    /** A bound on |∫ exp(K(u))/u du| from x + iy vertically to infinity; infinite where it is of no use yet. */
    private double restAbove(double x, double y) {
        double sum = 0;
        double enough = TRUNCATION_SHARE * tolerance;
        for (double height = y; sum <= enough; height *= 2) {
            evaluate(x, height);
            double exponent = height * height / (x * x + height * height);
            double gain = 0;
            for (int j = 0; j < terms; j++) {
                double curvature = curvatures[j];
                double restRe = 1 - 2 * x * curvature;
                double rise = 4 * height * height * curvature * curvature;
                double size = restRe * restRe + rise;
                exponent += curvature == 0 ? squares[j] * height * height : rise / (2 * size);
                if (restRe < 0) {
                    gain -= squares[j] * restRe / (8 * curvature * curvature * size);
                }
            }
            double block = FastMath.exp(logModulus + gain) * height;
            if (exponent > CLOSING_EXPONENT) {
                return sum + block / (exponent - 1);
            }
            sum += block;
        }
        return Double.POSITIVE_INFINITY;
    }
}
