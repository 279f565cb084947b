package io.faultline.poison.theory;

import java.awt.BasicStroke;
import java.awt.Graphics2D;
import java.awt.geom.Path2D;
import java.util.Map;

/**
 * Letters drawn as lines, so that a picture needs no installed font (small container images have none) and looks the same on
 * every machine.
 *
 * <p>A glyph is a list of lines, a line a list of points, a point two digits: column 0 to 4, row 0 (top) to 8 (below the
 * baseline, which is row 6). {@code _} sets the one character after it as a subscript.
 */
final class StrokeLettering {
    private static final int ADVANCE = 6;
    private static final int BASELINE = 6;
    private static final double SUBSCRIPT = 0.7;
    /** Line width in units of a glyph's grid. */
    private static final float WEIGHT = 0.75f;

    private static final Map<Character, String> GLYPHS = Map.ofEntries(
            Map.entry(' ', ""),
            Map.entry('0', "10 30 41 45 36 16 05 01 10"),
            Map.entry('1', "11 20 26,16 36"),
            Map.entry('2', "01 10 30 41 42 06 46"),
            Map.entry('3', "00 40 22 32 43 45 36 16 05"),
            Map.entry('4', "36 30 04 44"),
            Map.entry('5', "40 00 02 32 43 45 36 16 05"),
            Map.entry('6', "30 10 01 05 16 36 45 43 32 12 03"),
            Map.entry('7', "00 40 16"),
            Map.entry('8', "12 01 10 30 41 32 12 03 05 16 36 45 43 32"),
            Map.entry('9', "43 34 14 03 01 10 30 41 45 36 16"),
            Map.entry('.', "26 26"),
            Map.entry(',', "26 17"),
            Map.entry('-', "03 43"),
            Map.entry('=', "02 42,04 44"),
            Map.entry('‖', "10 17,30 37"),
            Map.entry('μ', "02 08,05 16 36 45,42 46"),
            Map.entry('a', "42 46,43 32 12 03 05 16 36 45"),
            Map.entry('b', "00 06,03 12 32 43 45 36 16 05"),
            Map.entry('c', "43 32 12 03 05 16 36 45"),
            Map.entry('d', "40 46,43 32 12 03 05 16 36 45"),
            Map.entry('e', "04 44 43 32 12 03 05 16 36 45"),
            Map.entry('f', "40 30 21 26,12 32"),
            Map.entry('g', "42 47 38 18 07,43 32 12 03 05 16 36 45"),
            Map.entry('h', "00 06,03 12 32 43 46"),
            Map.entry('i', "22 26,20 20"),
            Map.entry('j', "32 37 28 18,30 30"),
            Map.entry('k', "00 06,42 04,23 46"),
            Map.entry('l', "20 25 36"),
            Map.entry('m', "02 06,03 12 23 26,23 32 43 46"),
            Map.entry('n', "02 06,03 12 32 43 46"),
            Map.entry('o', "12 32 43 45 36 16 05 03 12"),
            Map.entry('p', "02 08,03 12 32 43 45 36 16 05"),
            Map.entry('q', "42 48,43 32 12 03 05 16 36 45"),
            Map.entry('r', "02 06,03 12 32"),
            Map.entry('s', "43 32 12 03 14 34 45 36 16 05"),
            Map.entry('t', "20 25 36,12 32"),
            Map.entry('u', "02 05 16 36 45,42 46"),
            Map.entry('v', "02 26 42"),
            Map.entry('w', "02 16 23 36 42"),
            Map.entry('x', "02 46,42 06"),
            Map.entry('y', "02 26,42 08"),
            Map.entry('z', "02 42 06 46"));

    private final Graphics2D graphics;
    private final double unit;

    /**
     * @param unit pixels per unit of a glyph's grid; digits are six units high
     */
    StrokeLettering(Graphics2D graphics, double unit) {
        this.graphics = graphics;
        this.unit = unit;
    }

    /** Pixels that a text takes in width. */
    double width(String text) {
        double width = 0;
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '_') {
                i++;
                width += ADVANCE * SUBSCRIPT;
            } else {
                width += ADVANCE;
            }
        }
        return (width - 2) * unit;
    }

    /** Draws with the left end of the baseline at (x, y). */
    void draw(String text, double x, double y) {
        double at = x;
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '_') {
                i++;
                glyph(text.charAt(i), at, y + 2 * unit, unit * SUBSCRIPT);
                at += ADVANCE * SUBSCRIPT * unit;
            } else {
                glyph(text.charAt(i), at, y, unit);
                at += ADVANCE * unit;
            }
        }
    }

    void drawCentred(String text, double x, double y) {
        draw(text, x - width(text) / 2, y);
    }

    void drawRightAligned(String text, double x, double y) {
        draw(text, x - width(text), y);
    }

    private void glyph(char letter, double x, double y, double scale) {
        String lines = GLYPHS.get(letter);
        if (lines == null) {
            throw new IllegalArgumentException(
                    "there is no glyph for '" + letter + "'; allowed: digits, small letters, .,-=‖μ");
        }
        graphics.setStroke(new BasicStroke((float) (WEIGHT * scale), BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        for (String line : lines.isEmpty() ? new String[0] : lines.split(",")) {
            Path2D path = new Path2D.Double();
            String[] points = line.split(" ");
            for (int i = 0; i < points.length; i++) {
                double column = x + scale * (points[i].charAt(0) - '0');
                double row = y + scale * (points[i].charAt(1) - '0' - BASELINE);
                if (i == 0) {
                    path.moveTo(column, row);
                } else {
                    path.lineTo(column, row);
                }
            }
            graphics.draw(path);
        }
    }
}
