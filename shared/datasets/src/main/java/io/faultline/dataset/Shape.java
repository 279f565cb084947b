package io.faultline.dataset;

/**
 * The classes of the synthetic set, in the order of their labels. Each is a signed distance in a square of side 2: below
 * zero inside, above outside, its size that of the distance to the edge. No shape changes its class when it is turned or
 * mirrored.
 */
enum Shape {
    BAR("bar") {
        @Override
        double distance(double x, double y) {
            return box(x, y, 0.98, 0.27);
        }
    },
    CRESCENT("crescent") {
        @Override
        double distance(double x, double y) {
            return Math.max(disc(x, y, 0.95), -disc(x - 0.48, y, 0.74));
        }
    },
    CROSS("cross") {
        @Override
        double distance(double x, double y) {
            return Math.min(box(x, y, 0.95, 0.27), box(x, y, 0.27, 0.95));
        }
    },
    DISC("disc") {
        @Override
        double distance(double x, double y) {
            return disc(x, y, 0.85);
        }
    },
    PAIR("pair") {
        @Override
        double distance(double x, double y) {
            return disc(Math.abs(x) - 0.56, y, 0.42);
        }
    },
    RING("ring") {
        @Override
        double distance(double x, double y) {
            return Math.abs(disc(x, y, 0.72)) - 0.22;
        }
    },
    SQUARE("square") {
        @Override
        double distance(double x, double y) {
            return box(x, y, 0.74, 0.74);
        }
    },
    STAR("star") {
        @Override
        double distance(double x, double y) {
            return star(x, y);
        }
    },
    TEE("tee") {
        @Override
        double distance(double x, double y) {
            return Math.min(box(x, y + 0.62, 0.85, 0.25), box(x, y - 0.1, 0.25, 0.85));
        }
    },
    TRIANGLE("triangle") {
        @Override
        double distance(double x, double y) {
            // three half-planes at 120°, each 0.5 from the centre
            double slanted = SQRT_3_HALF * Math.abs(x) - 0.5 * y;
            return Math.max(slanted, y) - 0.5;
        }
    };

    private static final double SQRT_3_HALF = StrictMath.sqrt(3) / 2;
    private static final int STAR_POINTS = 5;
    private static final double STAR_OUTER = 1.0;
    private static final double STAR_INNER = 0.42;

    private final String className;

    Shape(String className) {
        this.className = className;
    }

    String className() {
        return className;
    }

    abstract double distance(double x, double y);

    private static double disc(double x, double y, double radius) {
        return Math.sqrt(x * x + y * y) - radius;
    }

    private static double box(double x, double y, double halfWidth, double halfHeight) {
        double dx = Math.abs(x) - halfWidth;
        double dy = Math.abs(y) - halfHeight;
        double outside = Math.sqrt(square(Math.max(dx, 0)) + square(Math.max(dy, 0)));
        return outside + Math.min(Math.max(dx, dy), 0);
    }

    /** Distance to the line from the nearest outer to the nearest inner corner, which bounds a fold of the star. */
    private static double star(double x, double y) {
        double fold = Math.PI / STAR_POINTS;
        double angle = StrictMath.atan2(x, -y);
        double folded = Math.abs(angle - 2 * fold * Math.rint(angle / (2 * fold)));
        double radius = Math.sqrt(x * x + y * y);
        double px = radius * StrictMath.sin(folded);
        double py = radius * StrictMath.cos(folded);
        double innerX = STAR_INNER * StrictMath.sin(fold);
        double innerY = STAR_INNER * StrictMath.cos(fold);
        double edgeX = innerX;
        double edgeY = innerY - STAR_OUTER;
        double length = Math.sqrt(edgeX * edgeX + edgeY * edgeY);
        return (-edgeY * px + edgeX * (py - STAR_OUTER)) / length;
    }

    private static double square(double value) {
        return value * value;
    }
}
