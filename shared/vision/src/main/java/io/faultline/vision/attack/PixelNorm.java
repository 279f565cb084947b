package io.faultline.vision.attack;

import io.faultline.recipe.ThreatModel;

/** A norm of one image's pixels, in Java. */
enum PixelNorm {
    LINF {
        @Override
        double distance(float[] one, float[] other) {
            double largest = 0;
            for (int i = 0; i < one.length; i++) {
                largest = Math.max(largest, Math.abs(one[i] - (double) other[i]));
            }
            return largest;
        }

        @Override
        double length(double[] vector) {
            double largest = 0;
            for (double value : vector) {
                largest = Math.max(largest, Math.abs(value));
            }
            return largest;
        }

        @Override
        double speed(double slope) {
            return slope == 0 ? 0 : 1;
        }
    },
    L2 {
        @Override
        double distance(float[] one, float[] other) {
            double sum = 0;
            for (int i = 0; i < one.length; i++) {
                double difference = one[i] - (double) other[i];
                sum += difference * difference;
            }
            return Math.sqrt(sum);
        }

        @Override
        double length(double[] vector) {
            double sum = 0;
            for (double value : vector) {
                sum += value * value;
            }
            return Math.sqrt(sum);
        }

        @Override
        double speed(double slope) {
            return Math.abs(slope);
        }
    };

    static PixelNorm of(ThreatModel threatModel) {
        return switch (threatModel) {
            case LINF -> LINF;
            case L2 -> L2;
        };
    }

    abstract double distance(float[] one, float[] other);

    abstract double length(double[] vector);

    /** How fast the shortest way to a hyperplane moves a pixel, by the hyperplane's slope in it. */
    abstract double speed(double slope);
}
