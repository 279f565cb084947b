package io.faultline.poison.theory;

/** An integral whose value could not be had within the error asked for; there is no number to go on with. */
public final class IntegralNotConvergedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final double error;
    private final double tolerance;

    IntegralNotConvergedException(String where, double error, double tolerance) {
        super("the distribution of the quadratic form did not converge: " + where + ", error " + error + ", allowed "
                + tolerance + "; allow a larger error or move a₋₁ and a₁ away from 0.5");
        this.error = error;
        this.tolerance = tolerance;
    }

    /** What was reached. */
    public double error() {
        return error;
    }

    /** What was asked for. */
    public double tolerance() {
        return tolerance;
    }
}
