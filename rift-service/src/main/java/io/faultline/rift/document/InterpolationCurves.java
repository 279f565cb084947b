package io.faultline.rift.document;

import io.faultline.report.Accuracy;
import io.faultline.report.InterpolationPoint;
import io.faultline.report.PairedDifference;
import io.faultline.rift.document.Drawing.Anchor;
import io.quarkus.qute.RawString;
import java.util.List;
import java.util.function.Function;
import java.util.stream.DoubleStream;

/**
 * Clean and robust accuracy between the trained (α = 0) and the fine-tuned weights (α = 1), one above the other, each on an axis
 * of its own. The bars reach two standard errors of the difference from α = 0 to both sides, so that a bar that reaches the
 * dashed line of α = 0 is a difference within noise.
 */
final class InterpolationCurves {
    static final double LEFT = 44;
    static final double RIGHT = 388;

    private static final double WIDTH = 400;
    private static final double HEIGHT = 372;
    private static final double CLEAN_TOP = 44;
    private static final double CLEAN_BOTTOM = 164;
    private static final double ROBUST_TOP = 206;
    private static final double ROBUST_BOTTOM = 326;
    private static final int TICKS = 5;
    private static final int ALPHA_TENTHS = 10;
    private static final double MARK = 3.4;
    private static final double CAP = 3;
    private static final double LABEL_ROOM = 60;

    private final List<InterpolationPoint> path;
    private final double chosen;
    private final double tolerance;
    private final Axis alpha = new Axis(0, 1, LEFT, RIGHT, 0.1);

    /**
     * @param path not empty, its first place α = 0
     * @param chosen an α
     * @param tolerance of robust accuracy, in percentage points
     */
    InterpolationCurves(List<InterpolationPoint> path, double chosen, double tolerance) {
        this.path = path;
        this.chosen = chosen;
        this.tolerance = tolerance;
    }

    RawString drawn() {
        InterpolationPoint start = path.get(0);
        double limit = start.robust().percent() - tolerance;
        Drawing drawing = new Drawing(
                "interpolation",
                WIDTH,
                HEIGHT,
                "Clean and robust accuracy against α",
                path.size() + " places from α = 0 to α = "
                        + Notation.decimal(path.get(path.size() - 1).alpha())
                        + ". Clean accuracy begins at " + Notation.percent(start.clean()) + ", robust accuracy at "
                        + Notation.percent(start.robust()) + "; robust accuracy may fall to "
                        + Notation.percent(limit) + ". Chosen: α = " + Notation.decimal(chosen)
                        + ". The table below has every figure.");
        Axis clean = vertical(InterpolationPoint::clean, InterpolationPoint::cleanChange, CLEAN_BOTTOM, CLEAN_TOP);
        Axis robust = Axis.holding(
                DoubleStream.concat(
                        reach(InterpolationPoint::robust, InterpolationPoint::robustChange), DoubleStream.of(limit)),
                ROBUST_BOTTOM,
                ROBUST_TOP,
                TICKS);
        chosenLine(drawing);
        frame(drawing, clean, "Clean accuracy in %", CLEAN_TOP);
        panel(drawing, clean, "clean", InterpolationPoint::clean, InterpolationPoint::cleanChange);
        frame(drawing, robust, "Robust accuracy in %", ROBUST_TOP);
        drawing.line("limit", LEFT, robust.at(limit), RIGHT, robust.at(limit));
        drawing.text(
                "label limit-label",
                Anchor.START,
                LEFT + 4,
                robust.at(limit) + 11,
                "lowest allowed: " + Notation.percent(limit));
        panel(drawing, robust, "robust", InterpolationPoint::robust, InterpolationPoint::robustChange);
        for (int tenth = 0; tenth <= ALPHA_TENTHS; tenth += 2) {
            double x = alpha.at(tenth / (double) ALPHA_TENTHS);
            drawing.text("tick", Anchor.MIDDLE, x, ROBUST_BOTTOM + 15, alpha.label(tenth / (double) ALPHA_TENTHS));
        }
        drawing.text("label", Anchor.START, LEFT, ROBUST_BOTTOM + 34, "α = 0: trained");
        drawing.text("label", Anchor.END, RIGHT, ROBUST_BOTTOM + 34, "fine-tuned: α = 1");
        return drawing.svg();
    }

    private void chosenLine(Drawing drawing) {
        double x = alpha.at(chosen);
        drawing.line("chosen-line", x, CLEAN_TOP - 22, x, ROBUST_BOTTOM);
        // the label goes where it does not run out of the picture
        boolean late = x > RIGHT - LABEL_ROOM;
        drawing.text(
                "label strong",
                late ? Anchor.END : Anchor.START,
                late ? x - 5 : x + 5,
                CLEAN_TOP - 14,
                "chosen α = " + Notation.decimal(chosen));
    }

    private static void frame(Drawing drawing, Axis axis, String name, double top) {
        axis.ticks().forEach(tick -> {
            drawing.line("grid", LEFT, axis.at(tick), RIGHT, axis.at(tick));
            drawing.text("tick", Anchor.END, LEFT - 6, axis.at(tick) + 3.5, axis.label(tick));
        });
        drawing.text("label", Anchor.START, 0, top - 14, name);
    }

    private void panel(
            Drawing drawing,
            Axis axis,
            String style,
            Function<InterpolationPoint, Accuracy> accuracy,
            Function<InterpolationPoint, PairedDifference> change) {
        double start = axis.at(accuracy.apply(path.get(0)).percent());
        drawing.line("start", LEFT, start, RIGHT, start);
        for (InterpolationPoint point : path) {
            double reach = Reading.STANDARD_ERRORS * change.apply(point).standardError();
            double value = accuracy.apply(point).percent();
            double x = alpha.at(point.alpha());
            if (reach > 0) {
                drawing.line("error " + style, x, axis.at(value - reach), x, axis.at(value + reach));
                drawing.line("error " + style, x - CAP, axis.at(value - reach), x + CAP, axis.at(value - reach));
                drawing.line("error " + style, x - CAP, axis.at(value + reach), x + CAP, axis.at(value + reach));
            }
        }
        drawing.curve("curve " + style, path.stream().map(point -> new double[] {
            alpha.at(point.alpha()), axis.at(accuracy.apply(point).percent())
        }));
        for (InterpolationPoint point : path) {
            boolean marked = point.alpha() == chosen;
            double y = axis.at(accuracy.apply(point).percent());
            String mark = "mark " + style;
            if (style.equals("clean")) {
                drawing.dot(mark, alpha.at(point.alpha()), y, marked ? MARK + 2 : MARK);
            } else {
                drawing.square(mark, alpha.at(point.alpha()), y, marked ? MARK + 1.5 : MARK - 0.4);
            }
        }
    }

    private Axis vertical(
            Function<InterpolationPoint, Accuracy> accuracy,
            Function<InterpolationPoint, PairedDifference> change,
            double from,
            double to) {
        return Axis.holding(reach(accuracy, change), from, to, TICKS);
    }

    private DoubleStream reach(
            Function<InterpolationPoint, Accuracy> accuracy, Function<InterpolationPoint, PairedDifference> change) {
        return path.stream().flatMapToDouble(point -> {
            double value = accuracy.apply(point).percent();
            double reach = Reading.STANDARD_ERRORS * change.apply(point).standardError();
            return DoubleStream.of(value - reach, value + reach);
        });
    }
}
