package io.faultline.dataset;

import io.faultline.recipe.Seed;
import java.util.SplittableRandom;

/** One image of the synthetic set: a shape somewhere before a background, under uneven light, seen through noise. */
final class ShapeScene {
    static final int SIDE = 32;
    private static final int CHANNELS = 3;
    /** Pixels from the shape's centre to the edge of its square. */
    private static final double SMALLEST_RADIUS = 9;

    private static final double LARGEST_RADIUS = 13;
    /** How far a shape may reach over the image's border, as a share of its radius. */
    private static final double OVERHANG = 0.1;
    /** Euclidean distance of the two mean colours, each channel in [0, 1]. */
    private static final double LEAST_CONTRAST = 0.65;

    private static final double DARKEST = 0.15;
    private static final double BRIGHTEST = 0.85;
    /** Texture's lattice in pixels, coarse to fine, and its amplitude. */
    private static final int[] LATTICES = {16, 8, 4};

    private static final double[] AMPLITUDES = {0.04, 0.028, 0.02};
    private static final double STRONGEST_LIGHTING = 0.2;
    /** Most that a shape is turned to either side, in radians: 34°. */
    private static final double LARGEST_TURN = 0.6;

    /**
     * Standard deviation of the noise, white over all frequencies; three quarters of its power are common to the channels,
     * as grain is.
     */
    private static final double NOISE = 0.08;

    private static final double COMMON_POWER = 0.75;

    private final Shape shape;
    private final SplittableRandom random;

    ShapeScene(Shape shape, Seed seed) {
        this.shape = shape;
        this.random = seed.generator();
    }

    /** Draws the image; call it once, since it uses the random stream up. */
    RgbImage render() {
        double radius = between(SMALLEST_RADIUS, LARGEST_RADIUS);
        double margin = radius * (1 - OVERHANG);
        double centreX = between(margin, SIDE - margin);
        double centreY = between(margin, SIDE - margin);
        double turn = between(-LARGEST_TURN, LARGEST_TURN);
        double cos = StrictMath.cos(turn);
        double sin = StrictMath.sin(turn);
        double[] background = colour();
        double[] foreground = colour();
        while (distance(background, foreground) < LEAST_CONTRAST) {
            background = colour();
            foreground = colour();
        }
        double[][] backgroundTexture = texture();
        double[][] foregroundTexture = texture();
        double lightX = between(-STRONGEST_LIGHTING, STRONGEST_LIGHTING);
        double lightY = between(-STRONGEST_LIGHTING, STRONGEST_LIGHTING);
        byte[] pixels = new byte[CHANNELS * SIDE * SIDE];
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                double dx = (x + 0.5 - centreX) / radius;
                double dy = (y + 0.5 - centreY) / radius;
                double pixelsOutside = radius * shape.distance(cos * dx + sin * dy, cos * dy - sin * dx);
                double covered = Math.max(0, Math.min(1, 0.5 - pixelsOutside));
                double light = 1 + lightX * (2.0 * x / (SIDE - 1) - 1) + lightY * (2.0 * y / (SIDE - 1) - 1);
                int place = y * SIDE + x;
                double grain = gaussian();
                for (int channel = 0; channel < CHANNELS; channel++) {
                    double behind = background[channel] + backgroundTexture[channel][place];
                    double before = foreground[channel] + foregroundTexture[channel][place];
                    double value = light * (behind + covered * (before - behind))
                            + NOISE * (Math.sqrt(COMMON_POWER) * grain + Math.sqrt(1 - COMMON_POWER) * gaussian());
                    pixels[CHANNELS * place + channel] = (byte) Math.round(255 * Math.max(0, Math.min(1, value)));
                }
            }
        }
        return new RgbImage(SIDE, SIDE, pixels);
    }

    private double[] colour() {
        return new double[] {between(DARKEST, BRIGHTEST), between(DARKEST, BRIGHTEST), between(DARKEST, BRIGHTEST)};
    }

    /** Value noise: random numbers on lattices of several widths, joined bilinearly; (channels, pixels). */
    private double[][] texture() {
        double[][] texture = new double[CHANNELS][SIDE * SIDE];
        for (int octave = 0; octave < LATTICES.length; octave++) {
            int step = LATTICES[octave];
            int points = SIDE / step + 1;
            for (int channel = 0; channel < CHANNELS; channel++) {
                double[] lattice = new double[points * points];
                for (int i = 0; i < lattice.length; i++) {
                    lattice[i] = AMPLITUDES[octave] * between(-1, 1);
                }
                add(texture[channel], lattice, points, step);
            }
        }
        return texture;
    }

    private static void add(double[] texture, double[] lattice, int points, int step) {
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                int corner = (y / step) * points + x / step;
                double right = (double) (x % step) / step;
                double down = (double) (y % step) / step;
                double top = lattice[corner] + right * (lattice[corner + 1] - lattice[corner]);
                double bottom =
                        lattice[corner + points] + right * (lattice[corner + points + 1] - lattice[corner + points]);
                texture[y * SIDE + x] += top + down * (bottom - top);
            }
        }
    }

    private double between(double least, double most) {
        return least + (most - least) * (random.nextLong() >>> 11) * 0x1.0p-53;
    }

    /** Nearly standard normal: four uniform numbers from one draw, summed (Irwin–Hall), of variance 1. */
    private double gaussian() {
        long bits = random.nextLong();
        long sum = (bits & 0xFFFF) + (bits >>> 16 & 0xFFFF) + (bits >>> 32 & 0xFFFF) + (bits >>> 48);
        return (sum / 65535.0 - 2) * Math.sqrt(3);
    }

    private static double distance(double[] a, double[] b) {
        double sum = 0;
        for (int channel = 0; channel < CHANNELS; channel++) {
            sum += (a[channel] - b[channel]) * (a[channel] - b[channel]);
        }
        return Math.sqrt(sum);
    }
}
