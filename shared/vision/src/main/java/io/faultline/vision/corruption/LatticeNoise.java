package io.faultline.vision.corruption;

import io.faultline.recipe.Seed;

/** Random numbers at the corners of a lattice on a torus, smooth between them (Perlin's fade). */
final class LatticeNoise {
    private final Plane corners;

    private LatticeNoise(Plane corners) {
        this.corners = corners;
    }

    /** @param cells each way */
    static LatticeNoise of(Seed seed, int cells) {
        Uniforms uniforms = Uniforms.of(seed);
        return new LatticeNoise(Plane.drawn(cells, cells, () -> uniforms.between(-1, 1)));
    }

    /**
     * @param v place from top to bottom, 0 to 1; beyond, all begins again
     * @param u place from left to right
     * @return −1 to 1
     */
    double at(double v, double u) {
        int cells = corners.height();
        double y = v * cells;
        double x = u * cells;
        int top = (int) Math.floor(y);
        int left = (int) Math.floor(x);
        double down = fade(y - top);
        double right = fade(x - left);
        double upper = corner(top, left) * (1 - right) + corner(top, left + 1) * right;
        double lower = corner(top + 1, left) * (1 - right) + corner(top + 1, left + 1) * right;
        return upper * (1 - down) + lower * down;
    }

    private double corner(int y, int x) {
        return corners.at(Math.floorMod(y, corners.height()), Math.floorMod(x, corners.width()));
    }

    private static double fade(double t) {
        return t * t * t * (t * (6 * t - 15) + 10);
    }
}
