package io.faultline.vision.corruption;

/**
 * Approximate Euclidean distance to the nearest marked pixel by two passes of a 5×5 mask (Borgefors, CVGIP 34, 1986): steps of 1,
 * 1.4 and, for a knight's move, 2.1969.
 */
final class ChamferDistance {
    private static final double STRAIGHT = 1;
    private static final double DIAGONAL = 1.4;
    private static final double KNIGHT = 2.1969;
    private static final int[][] BEFORE = {{-2, -1}, {-2, 1}, {-1, -2}, {-1, -1}, {-1, 0}, {-1, 1}, {-1, 2}, {0, -1}};
    private static final double[] LENGTHS = {KNIGHT, KNIGHT, KNIGHT, DIAGONAL, STRAIGHT, DIAGONAL, KNIGHT, STRAIGHT};

    private ChamferDistance() {}

    /** @return in pixels; infinite everywhere if nothing is marked */
    static Plane to(boolean[][] marked) {
        int height = marked.length;
        int width = marked[0].length;
        Plane distance = Plane.of(height, width);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                distance.set(y, x, marked[y][x] ? 0 : Double.POSITIVE_INFINITY);
            }
        }
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                shorten(distance, y, x, 1);
            }
        }
        for (int y = height - 1; y >= 0; y--) {
            for (int x = width - 1; x >= 0; x--) {
                shorten(distance, y, x, -1);
            }
        }
        return distance;
    }

    private static void shorten(Plane distance, int y, int x, int direction) {
        double shortest = distance.at(y, x);
        for (int i = 0; i < BEFORE.length; i++) {
            int fromY = y + direction * BEFORE[i][0];
            int fromX = x + direction * BEFORE[i][1];
            if (fromY >= 0 && fromY < distance.height() && fromX >= 0 && fromX < distance.width()) {
                shortest = Math.min(shortest, distance.at(fromY, fromX) + LENGTHS[i]);
            }
        }
        distance.set(y, x, shortest);
    }
}
