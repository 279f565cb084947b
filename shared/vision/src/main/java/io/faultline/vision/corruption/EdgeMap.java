package io.faultline.vision.corruption;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Edges after Canny (IEEE PAMI 8(6), 1986): Sobel gradients, thinned across the edge, strong ones and those that hang on to
 * them. Gradients are measured as |∂x| + |∂y| and compared in OpenCV's order, so that ties fall as they do there.
 */
final class EdgeMap {
    // the tangent of 22.5°, where an edge stops being upright and becomes slanted
    private static final double SLANT = 0.4142135623730951;

    private final int height;
    private final int width;
    private final double[] across;
    private final double[] down;
    private final boolean[] edge;

    private EdgeMap(Plane levels) {
        height = levels.height();
        width = levels.width();
        across = new double[height * width];
        down = new double[height * width];
        edge = new boolean[height * width];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                across[y * width + x] = sobel(levels, y, x, 0, 1);
                down[y * width + x] = sobel(levels, y, x, 1, 0);
            }
        }
    }

    /**
     * @param levels 0 to 255
     * @param weak gradients above it are edges if they hang on to a strong one
     * @param strong gradients above it are edges
     * @return row by row
     */
    static boolean[][] of(Plane levels, double weak, double strong) {
        EdgeMap map = new EdgeMap(levels);
        map.follow(weak, strong);
        boolean[][] rows = new boolean[map.height][map.width];
        for (int y = 0; y < map.height; y++) {
            System.arraycopy(map.edge, y * map.width, rows[y], 0, map.width);
        }
        return rows;
    }

    private void follow(double weak, double strong) {
        Deque<Integer> open = new ArrayDeque<>();
        for (int place = 0; place < edge.length; place++) {
            if (size(place / width, place % width) > strong && isRidge(place / width, place % width)) {
                edge[place] = true;
                open.add(place);
            }
        }
        while (!open.isEmpty()) {
            int place = open.remove();
            for (int dy = -1; dy <= 1; dy++) {
                for (int dx = -1; dx <= 1; dx++) {
                    int y = place / width + dy;
                    int x = place % width + dx;
                    if (isInside(y, x) && !edge[y * width + x] && size(y, x) > weak && isRidge(y, x)) {
                        edge[y * width + x] = true;
                        open.add(y * width + x);
                    }
                }
            }
        }
    }

    /** Whether no neighbour across the edge has a larger gradient. */
    private boolean isRidge(int y, int x) {
        double here = size(y, x);
        double horizontal = Math.abs(across[y * width + x]);
        double vertical = Math.abs(down[y * width + x]);
        if (vertical < horizontal * SLANT) {
            return here > size(y, x - 1) && here >= size(y, x + 1);
        }
        if (vertical > horizontal * (SLANT + 2)) {
            return here > size(y - 1, x) && here >= size(y + 1, x);
        }
        int side = (across[y * width + x] < 0) == (down[y * width + x] < 0) ? 1 : -1;
        return here > size(y - 1, x - side) && here > size(y + 1, x + side);
    }

    private double size(int y, int x) {
        return isInside(y, x) ? Math.abs(across[y * width + x]) + Math.abs(down[y * width + x]) : 0;
    }

    private boolean isInside(int y, int x) {
        return y >= 0 && y < height && x >= 0 && x < width;
    }

    private static double sobel(Plane levels, int y, int x, int stepDown, int stepAcross) {
        double sum = 0;
        for (int along = -1; along <= 1; along++) {
            int weight = along == 0 ? 2 : 1;
            // the direction along the edge is the other one
            int dy = along * stepAcross;
            int dx = along * stepDown;
            sum += weight
                    * (seen(levels, y + dy + stepDown, x + dx + stepAcross)
                            - seen(levels, y + dy - stepDown, x + dx - stepAcross));
        }
        return sum;
    }

    private static double seen(Plane levels, int y, int x) {
        return levels.at(Border.NEAREST.index(y, levels.height()), Border.NEAREST.index(x, levels.width()));
    }
}
