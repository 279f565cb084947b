package io.faultline.poison.audit;

/**
 * How far a recovered filter lies from the true one. The unit is the filter's largest entry, which is 1.
 *
 * @param largest of all entries' errors
 * @param rms root of their mean square
 */
public record FilterError(double largest, double rms) {
    /** Both are brought to a largest entry of 1 first, since published images do not tell the filter's scale. */
    static FilterError between(double[] recovered, double[] actual) {
        double scale = 0;
        for (double entry : actual) {
            scale = Math.max(scale, Math.abs(entry));
        }
        double largest = 0;
        double squares = 0;
        for (int i = 0; i < actual.length; i++) {
            double error = Math.abs(recovered[i] - actual[i] / scale);
            largest = Math.max(largest, error);
            squares += error * error;
        }
        return new FilterError(largest, Math.sqrt(squares / actual.length));
    }
}
