package io.faultline.poison.theory;

/**
 * A computed probability.
 *
 * @param value 0 to 1
 * @param error how far the true probability may lie from {@code value}: the certified bound on what was cut off plus the
 *     estimates of quadrature and rounding error
 */
public record Probability(double value, double error) {
    public Probability {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException("probability is " + value + "; allowed: 0 to 1");
        }
        if (!(error >= 0)) {
            throw new IllegalArgumentException("error of a probability is " + error + "; allowed: 0 and above");
        }
    }

    Probability complement() {
        return new Probability(1 - value, error);
    }

    /** The probability of an event that happens as this one or as the other, by a fair coin. */
    Probability averagedWith(Probability other) {
        return new Probability((value + other.value) / 2, (error + other.error) / 2);
    }
}
