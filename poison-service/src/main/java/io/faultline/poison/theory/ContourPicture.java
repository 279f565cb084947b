package io.faultline.poison.theory;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * A contour grid as PNG in the layout of the paper's Fig. 3: a column for each norm, a row for each quantity, a₋₁ to the right
 * and a₁ upwards, filled contours 0.025 apart and one colour bar for all. Between the grid's points the values are
 * interpolated linearly. The same grid gives the same pixels, without a display and without fonts.
 */
public final class ContourPicture {
    private static final int PANEL = 250;
    private static final int GAP = 70;
    private static final int LEFT = 70;
    private static final int TOP = 70;
    private static final int BAR_WIDTH = 22;
    private static final int RIGHT = 110;
    private static final int BOTTOM = 60;
    private static final int TICK = 5;
    private static final double LETTER_UNIT = 1.6;
    private static final double BLUR_TICK = 0.1;

    private static final double BAND = 0.025;
    private static final double BAR_TICK = 0.1;
    /** Keeps a 0.5 that is short by its rounding in the band of 0.5. */
    private static final double ROUNDING = 1e-6;
    /** How much darker the pixels on the edge of a band are. */
    private static final double EDGE_SHADE = 0.8;

    /** Matplotlib's viridis (CC0) at ten even places: rising brightness, legible without colour vision. */
    private static final int[] VIRIDIS = {
        0x440154, 0x482878, 0x3e4a89, 0x31688e, 0x26828e, 0x1f9e89, 0x35b779, 0x6dcd59, 0xb4de2c, 0xfde725
    };

    private final ContourGrid grid;
    private final List<ContourQuantity> rows;
    private final double lowest;
    private final BufferedImage image;
    private final Graphics2D graphics;
    private final StrokeLettering lettering;

    private ContourPicture(ContourGrid grid, List<ContourQuantity> rows) {
        this.grid = grid;
        this.rows = rows;
        double smallest = rows.stream()
                .flatMapToDouble(row -> grid.points().stream().mapToDouble(row::of))
                .min()
                .orElseThrow();
        this.lowest = Math.min(1 - BAR_TICK, Math.floor(smallest / BAR_TICK + ROUNDING) * BAR_TICK);
        int columns = grid.plan().norms().size();
        this.image = new BufferedImage(
                LEFT + columns * PANEL + (columns - 1) * GAP + RIGHT,
                TOP + rows.size() * PANEL + (rows.size() - 1) * GAP + BOTTOM,
                BufferedImage.TYPE_INT_RGB);
        this.graphics = image.createGraphics();
        this.lettering = new StrokeLettering(graphics, LETTER_UNIT);
    }

    /**
     * Writes and flushes; the stream stays open.
     *
     * @param rows from top to bottom, at least one; the paper's are {@code EXACT_ACCURACY} or {@code SAMPLED_ACCURACY}, then a bound
     */
    public static void write(ContourGrid grid, List<ContourQuantity> rows, OutputStream out) throws IOException {
        if (rows.isEmpty()) {
            throw new IllegalArgumentException("rows of the picture are none; allowed: one or more");
        }
        BufferedImage image = new ContourPicture(grid, rows).drawn();
        try (ImageOutputStream png = new MemoryCacheImageOutputStream(out)) {
            if (!ImageIO.write(image, "png", png)) {
                throw new IOException("this Java has no PNG writer; run one with the java.desktop module");
            }
        }
        out.flush();
    }

    private BufferedImage drawn() {
        try {
            graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
            graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
            graphics.setColor(Color.WHITE);
            graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
            graphics.setColor(Color.BLACK);
            lettering.draw("d = %d, mean %s".formatted(grid.plan().dimension(), directionLabel()), LEFT, 24);
            for (int row = 0; row < rows.size(); row++) {
                for (int norm = 0; norm < grid.plan().norms().size(); norm++) {
                    panel(row, norm);
                }
            }
            bar();
            return image;
        } finally {
            graphics.dispose();
        }
    }

    private String directionLabel() {
        return grid.plan().direction().label();
    }

    private void panel(int row, int norm) {
        int left = LEFT + norm * (PANEL + GAP);
        int top = TOP + row * (PANEL + GAP);
        int[][] bands = bands(rows.get(row), norm);
        for (int y = 0; y < PANEL; y++) {
            for (int x = 0; x < PANEL; x++) {
                boolean edge = x + 1 < PANEL && bands[y][x] != bands[y][x + 1]
                        || y + 1 < PANEL && bands[y][x] != bands[y + 1][x];
                image.setRGB(left + x, top + y, colour(bands[y][x], edge ? EDGE_SHADE : 1));
            }
        }
        frame(left, top, PANEL, PANEL);
        lettering.drawCentred(
                "%s, ‖μ‖ = %s"
                        .formatted(
                                rows.get(row).title(),
                                number(grid.plan().norms().get(norm))),
                left + PANEL / 2.0,
                top - 10);
        List<Double> across = grid.plan().aMinus();
        List<Double> up = grid.plan().aPlus();
        for (int tick = 0; tick * BLUR_TICK < 0.5; tick++) {
            double value = tick * BLUR_TICK;
            double x = left + PANEL * share(across, value);
            double y = top + PANEL * (1 - share(up, value));
            if (within(across, value)) {
                graphics.fillRect((int) x, top + PANEL, 1, TICK);
                lettering.drawCentred(number(value), x, top + PANEL + TICK + 14);
            }
            if (within(up, value)) {
                graphics.fillRect(left - TICK, (int) y, TICK, 1);
                lettering.drawRightAligned(number(value), left - TICK - 3, y + 5);
            }
        }
        lettering.drawCentred("a_-_1", left + PANEL / 2.0, top + PANEL + TICK + 32);
        lettering.drawRightAligned("a_1", left - TICK - 34, top + PANEL / 2.0);
    }

    /** The band of every pixel of a panel, row by row from the top. */
    private int[][] bands(ContourQuantity quantity, int norm) {
        List<Double> across = grid.plan().aMinus();
        List<Double> up = grid.plan().aPlus();
        int[][] bands = new int[PANEL][PANEL];
        for (int y = 0; y < PANEL; y++) {
            Place a1 = Place.of(up, (PANEL - y - 0.5) / PANEL);
            for (int x = 0; x < PANEL; x++) {
                Place a0 = Place.of(across, (x + 0.5) / PANEL);
                double left = a1.between(
                        value(quantity, norm, a0.cell, a1.cell), value(quantity, norm, a0.cell, a1.cell + 1));
                double right = a1.between(
                        value(quantity, norm, a0.cell + 1, a1.cell), value(quantity, norm, a0.cell + 1, a1.cell + 1));
                bands[y][x] = band(a0.between(left, right));
            }
        }
        return bands;
    }

    private double value(ContourQuantity quantity, int norm, int aMinus, int aPlus) {
        return quantity.of(grid.at(norm, aMinus, aPlus));
    }

    private int band(double value) {
        int band = (int) Math.floor((value - lowest) / BAND + ROUNDING);
        return Math.max(0, Math.min(bandCount() - 1, band));
    }

    private int bandCount() {
        return (int) Math.round((1 - lowest) / BAND);
    }

    private void bar() {
        int left = image.getWidth() - RIGHT + 30;
        int height = image.getHeight() - TOP - BOTTOM;
        for (int y = 0; y < height; y++) {
            int band = (int) ((height - y - 0.5) / height * bandCount());
            for (int x = 0; x < BAR_WIDTH; x++) {
                image.setRGB(left + x, TOP + y, colour(band, 1));
            }
        }
        frame(left, TOP, BAR_WIDTH, height);
        int ticks = (int) Math.round((1 - lowest) / BAR_TICK);
        for (int tick = 0; tick <= ticks; tick++) {
            int y = TOP + (int) Math.round(height * (1 - (double) tick / ticks));
            graphics.fillRect(left + BAR_WIDTH, y, TICK, 1);
            lettering.draw(number(lowest + tick * BAR_TICK), left + BAR_WIDTH + TICK + 5, y + 5);
        }
    }

    private void frame(int left, int top, int width, int height) {
        graphics.setColor(Color.BLACK);
        graphics.setStroke(new BasicStroke(1));
        // outside of what it frames
        graphics.draw(new Rectangle2D.Double(left - 0.5, top - 0.5, width + 1, height + 1));
    }

    private int colour(int band, double shade) {
        double place = (VIRIDIS.length - 1) * (band + 0.5) / bandCount();
        int from = Math.min(VIRIDIS.length - 2, (int) place);
        int rgb = 0;
        for (int shift = 16; shift >= 0; shift -= 8) {
            int low = VIRIDIS[from] >> shift & 0xff;
            int high = VIRIDIS[from + 1] >> shift & 0xff;
            rgb |= (int) Math.round(shade * (low + (high - low) * (place - from))) << shift;
        }
        return rgb;
    }

    private static double share(List<Double> axis, double value) {
        double first = axis.get(0);
        return (value - first) / (axis.get(axis.size() - 1) - first);
    }

    private static boolean within(List<Double> axis, double value) {
        double share = share(axis, value);
        return share > -ROUNDING && share < 1 + ROUNDING;
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.4f", value).replaceAll("\\.?0+$", "");
    }

    /** A place on an axis: the grid cell and how far into it, 0 to 1. */
    private record Place(int cell, double into) {
        static Place of(List<Double> axis, double share) {
            double first = axis.get(0);
            double value = first + share * (axis.get(axis.size() - 1) - first);
            int cell = 0;
            while (cell < axis.size() - 2 && axis.get(cell + 1) <= value) {
                cell++;
            }
            return new Place(cell, (value - axis.get(cell)) / (axis.get(cell + 1) - axis.get(cell)));
        }

        double between(double here, double next) {
            return here + into * (next - here);
        }
    }
}
