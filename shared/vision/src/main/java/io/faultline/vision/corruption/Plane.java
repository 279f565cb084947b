package io.faultline.vision.corruption;

import java.util.function.DoubleSupplier;
import java.util.function.DoubleUnaryOperator;

/**
 * One channel.
 *
 * @param values height × width, row by row; not copied
 */
record Plane(int height, int width, double[] values) {
    Plane {
        if (values.length != height * width) {
            throw new IllegalArgumentException(values.length + " values of a plane of " + height + "×" + width);
        }
    }

    static Plane of(int height, int width) {
        return new Plane(height, width, new double[height * width]);
    }

    /** Filled row by row. */
    static Plane drawn(int height, int width, DoubleSupplier draw) {
        Plane plane = of(height, width);
        for (int i = 0; i < plane.values.length; i++) {
            plane.values[i] = draw.getAsDouble();
        }
        return plane;
    }

    double at(int y, int x) {
        return values[y * width + x];
    }

    void set(int y, int x, double value) {
        values[y * width + x] = value;
    }

    Plane map(DoubleUnaryOperator function) {
        Plane result = of(height, width);
        for (int i = 0; i < values.length; i++) {
            result.values[i] = function.applyAsDouble(values[i]);
        }
        return result;
    }

    double largest() {
        double largest = Double.NEGATIVE_INFINITY;
        for (double value : values) {
            largest = Math.max(largest, value);
        }
        return largest;
    }

    double smallest() {
        double smallest = Double.POSITIVE_INFINITY;
        for (double value : values) {
            smallest = Math.min(smallest, value);
        }
        return smallest;
    }

    /** Between the four pixels around a point (linear in each direction); points outside are what the border makes of them. */
    double between(double y, double x, Border border) {
        double top = Math.floor(y);
        double left = Math.floor(x);
        int y0 = border.index((int) top, height);
        int y1 = border.index((int) top + 1, height);
        int x0 = border.index((int) left, width);
        int x1 = border.index((int) left + 1, width);
        double down = y - top;
        double right = x - left;
        double upper = at(y0, x0) * (1 - right) + at(y0, x1) * right;
        double lower = at(y1, x0) * (1 - right) + at(y1, x1) * right;
        return upper * (1 - down) + lower * down;
    }
}
