package io.faultline.rift.document;

import io.quarkus.qute.RawString;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An SVG picture in the making, with a title and a description for those who do not see it. Colours and letters are the style
 * sheet's, by class. Text is always text, never markup.
 */
final class Drawing {
    private final StringBuilder svg = new StringBuilder();

    /**
     * @param id unique in the page
     * @param width in the drawing's own units, near the pixels of a telephone
     */
    Drawing(String id, double width, double height, String title, String description) {
        svg.append("<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" viewBox=\"0 0 ")
                .append(number(width))
                .append(' ')
                .append(number(height))
                .append("\" aria-labelledby=\"")
                .append(id)
                .append("-picture ")
                .append(id)
                .append("-desc\">");
        svg.append("<title id=\"").append(id).append("-picture\">").append(escaped(title));
        svg.append("</title><desc id=\"").append(id).append("-desc\">").append(escaped(description));
        svg.append("</desc>");
    }

    Drawing line(String style, double x1, double y1, double x2, double y2) {
        svg.append("<line class=\"").append(style).append('"');
        return attribute("x1", x1)
                .attribute("y1", y1)
                .attribute("x2", x2)
                .attribute("y2", y2)
                .end();
    }

    Drawing bar(String style, double x, double y, double width, double height) {
        svg.append("<rect class=\"").append(style).append('"');
        return attribute("x", x)
                .attribute("y", y)
                .attribute("width", width)
                .attribute("height", height)
                .end();
    }

    Drawing dot(String style, double x, double y, double radius) {
        svg.append("<circle class=\"").append(style).append('"');
        return attribute("cx", x).attribute("cy", y).attribute("r", radius).end();
    }

    /** The mark of a second curve, told from a dot without its colour. */
    Drawing square(String style, double x, double y, double radius) {
        return bar(style, x - radius, y - radius, 2 * radius, 2 * radius);
    }

    /** @param places x and y of each */
    Drawing curve(String style, Stream<double[]> places) {
        String points =
                places.map(place -> number(place[0]) + "," + number(place[1])).collect(Collectors.joining(" "));
        svg.append("<polyline class=\"")
                .append(style)
                .append("\" points=\"")
                .append(points)
                .append('"');
        return end();
    }

    Drawing text(String style, Anchor anchor, double x, double y, String text) {
        svg.append("<text class=\"").append(style).append("\" text-anchor=\"").append(anchor.wireName());
        svg.append('"');
        attribute("x", x).attribute("y", y);
        svg.append('>').append(escaped(text)).append("</text>");
        return this;
    }

    RawString svg() {
        return new RawString(svg + "</svg>");
    }

    /** Which end of a text lies at its place. */
    enum Anchor {
        START,
        MIDDLE,
        END;

        private String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private Drawing attribute(String name, double value) {
        svg.append(' ').append(name).append("=\"").append(number(value)).append('"');
        return this;
    }

    private Drawing end() {
        svg.append("/>");
        return this;
    }

    private static String number(double value) {
        String text = String.format(Locale.ROOT, "%.2f", value);
        // 12.00 is 12 and 12.50 is 12.5
        return text.replaceFirst("\\.?0+$", "");
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
