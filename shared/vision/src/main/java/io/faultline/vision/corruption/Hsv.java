package io.faultline.vision.corruption;

import java.util.function.UnaryOperator;

/**
 * A colour as hue, saturation and value, each 0 to 1 (Smith, SIGGRAPH 1978).
 *
 * @param hue of grey: 0
 */
record Hsv(double hue, double saturation, double value) {
    private static final int SECTORS = 6;

    static Hsv of(double red, double green, double blue) {
        double value = Math.max(red, Math.max(green, blue));
        double range = value - Math.min(red, Math.min(green, blue));
        if (range == 0) {
            return new Hsv(0, 0, value);
        }
        double sector;
        if (blue == value) {
            sector = 4 + (red - green) / range;
        } else if (green == value) {
            sector = 2 + (blue - red) / range;
        } else {
            sector = (green - blue) / range;
        }
        double hue = sector / SECTORS;
        return new Hsv(hue - Math.floor(hue), range / value, value);
    }

    Hsv withSaturation(double other) {
        return new Hsv(hue, other, value);
    }

    Hsv withValue(double other) {
        return new Hsv(hue, saturation, other);
    }

    /** Red, green, blue. */
    double[] rgb() {
        double sector = Math.floor(hue * SECTORS);
        double within = hue * SECTORS - sector;
        double least = value * (1 - saturation);
        double falling = value * (1 - within * saturation);
        double rising = value * (1 - (1 - within) * saturation);
        return switch (Math.floorMod((int) sector, SECTORS)) {
            case 0 -> new double[] {value, rising, least};
            case 1 -> new double[] {falling, value, least};
            case 2 -> new double[] {least, value, rising};
            case 3 -> new double[] {least, falling, value};
            case 4 -> new double[] {rising, least, value};
            default -> new double[] {value, least, falling};
        };
    }

    /** An image whose every colour is changed. */
    static Pixels map(Pixels pixels, UnaryOperator<Hsv> change) {
        Pixels result = Pixels.black(pixels.height(), pixels.width());
        for (int i = 0; i < pixels.red().values().length; i++) {
            double[] rgb = change.apply(of(
                            pixels.red().values()[i],
                            pixels.green().values()[i],
                            pixels.blue().values()[i]))
                    .rgb();
            result.red().values()[i] = rgb[0];
            result.green().values()[i] = rgb[1];
            result.blue().values()[i] = rgb[2];
        }
        return result;
    }
}
