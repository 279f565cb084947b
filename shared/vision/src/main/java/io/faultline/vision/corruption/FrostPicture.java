package io.faultline.vision.corruption;

import io.faultline.recipe.Seed;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A picture of ice on a window, made in code: ridges of smooth noise in octaves, bent by further noise, as feathers of ice are. It
 * repeats itself without a seam, so that a piece of any size can be cut out anywhere.
 *
 * <p>The published sets cut from five photographs. These pictures have the photographs' mean colours, contrasts and roughness
 * (measured: mean and deviation of each channel; correlation of neighbouring pixels 0.80 to 0.87), not what is to be seen on them.
 *
 * @param ice (side × side) pattern of mean 0 and deviation 1
 * @param red level of the pattern's mean in each channel, and levels per deviation
 */
record FrostPicture(Plane ice, Tint red, Tint green, Tint blue) {
    /** @param mean in levels */
    record Tint(double mean, double deviation) {
        double level(double ice) {
            return Math.rint(Math.max(0, Math.min(Pixels.LEVELS, mean + deviation * ice)));
        }
    }

    /** As many as the published sets draw from: their script lists a sixth photograph and never takes it. */
    static final int COUNT = 5;

    static final int SIDE = 512;

    private static final Seed SEED = Seed.of(0x46524f5354L);
    private static final int FIRST_CELLS = 8;
    private static final int OCTAVES = 7;
    private static final double WEAKER = 0.83;
    private static final double BEND = 0.06;

    // of frost1.png to frost5.jpg; the second and the third are one photograph
    private static final Tint[][] TINTS = {
        {new Tint(78, 27), new Tint(149, 16), new Tint(166, 15)},
        {new Tint(201, 21), new Tint(205, 22), new Tint(214, 23)},
        {new Tint(201, 21), new Tint(205, 22), new Tint(214, 23)},
        {new Tint(138, 28), new Tint(153, 28), new Tint(165, 30)},
        {new Tint(112, 44), new Tint(123, 43), new Tint(135, 42)}
    };

    /** The picture of this number, from 0; always the same one. */
    static FrostPicture of(int number) {
        return Gallery.PICTURES.get(number);
    }

    /** Made at the first use and kept. */
    private static final class Gallery {
        static final List<FrostPicture> PICTURES =
                IntStream.range(0, COUNT).mapToObj(FrostPicture::made).toList();
    }

    private static FrostPicture made(int number) {
        Tint[] tints = TINTS[number];
        return new FrostPicture(pattern(SEED.derive(number)), tints[0], tints[1], tints[2]);
    }

    private static Plane pattern(Seed seed) {
        LatticeNoise bendY = LatticeNoise.of(seed.derive("bend y"), FIRST_CELLS);
        LatticeNoise bendX = LatticeNoise.of(seed.derive("bend x"), FIRST_CELLS);
        LatticeNoise[] octaves = new LatticeNoise[OCTAVES];
        for (int i = 0; i < OCTAVES; i++) {
            octaves[i] = LatticeNoise.of(seed.derive(i), FIRST_CELLS << i);
        }
        Plane pattern = Plane.of(SIDE, SIDE);
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                double v = y / (double) SIDE;
                double u = x / (double) SIDE;
                double bentV = v + BEND * bendY.at(v, u);
                double bentU = u + BEND * bendX.at(v, u);
                double sum = 0;
                double weight = 1;
                for (LatticeNoise octave : octaves) {
                    sum += weight * (1 - Math.abs(octave.at(bentV, bentU)));
                    weight *= WEAKER;
                }
                pattern.set(y, x, sum);
            }
        }
        return standardised(pattern);
    }

    private static Plane standardised(Plane pattern) {
        double sum = 0;
        double squares = 0;
        for (double value : pattern.values()) {
            sum += value;
            squares += value * value;
        }
        double mean = sum / pattern.values().length;
        double deviation = Math.sqrt(squares / pattern.values().length - mean * mean);
        return pattern.map(value -> (value - mean) / deviation);
    }

    /** The pattern at a place that may lie beyond its edge, where it begins again. */
    double at(double y, double x) {
        int top = (int) Math.floor(y);
        int left = (int) Math.floor(x);
        double down = y - top;
        double right = x - left;
        double upper = wrapped(top, left) * (1 - right) + wrapped(top, left + 1) * right;
        double lower = wrapped(top + 1, left) * (1 - right) + wrapped(top + 1, left + 1) * right;
        return upper * (1 - down) + lower * down;
    }

    private double wrapped(int y, int x) {
        return ice.at(Math.floorMod(y, SIDE), Math.floorMod(x, SIDE));
    }
}
