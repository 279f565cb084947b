package io.faultline.rift.document;

import io.faultline.report.ModuleCriticality;
import io.faultline.rift.document.Drawing.Anchor;
import io.quarkus.qute.RawString;
import java.util.List;
import java.util.stream.IntStream;

/** The loss of one module over the rounds of its ascent; small, to be seen beside those of all others. */
final class LossCurve {
    private static final double WIDTH = 170;
    private static final double HEIGHT = 104;
    private static final double LEFT = 34;
    private static final double RIGHT = 160;
    private static final double TOP = 24;
    private static final double BOTTOM = 84;
    private static final int TICKS = 3;

    private LossCurve() {}

    /** @param number that no other picture of the page has */
    static RawString of(ModuleCriticality module, int number, boolean chosen) {
        List<Double> losses = module.lossRounds();
        int rounds = losses.size() - 1;
        Axis loss = Axis.holding(losses.stream().mapToDouble(Double::doubleValue), BOTTOM, TOP, TICKS);
        Axis round = new Axis(0, Math.max(1, rounds), LEFT, RIGHT, Math.max(1, rounds));
        int peak = peak(losses);
        Drawing drawing = new Drawing(
                "loss-" + number,
                WIDTH,
                HEIGHT,
                "Loss of " + module.module() + " over " + rounds + " rounds" + (chosen ? ", a refined module" : ""),
                "Mean loss " + Notation.significant(losses.get(0)) + " before the ascent, "
                        + Notation.significant(losses.get(peak)) + " at its highest, in round " + peak + ".");
        drawing.text(chosen ? "name strong" : "name", Anchor.START, 2, 12, CriticalityBars.shown(module));
        loss.ticks().forEach(tick -> {
            drawing.line("grid", LEFT, loss.at(tick), RIGHT, loss.at(tick));
            drawing.text("tick", Anchor.END, LEFT - 4, loss.at(tick) + 3, loss.label(tick));
        });
        drawing.text("tick", Anchor.MIDDLE, LEFT, BOTTOM + 13, "0");
        drawing.text("tick", Anchor.MIDDLE, RIGHT, BOTTOM + 13, String.valueOf(rounds));
        drawing.text("tick", Anchor.MIDDLE, (LEFT + RIGHT) / 2, BOTTOM + 13, "round");
        drawing.curve(
                chosen ? "curve robust" : "curve other",
                IntStream.range(0, losses.size()).mapToObj(i -> new double[] {round.at(i), loss.at(losses.get(i))}));
        drawing.dot(chosen ? "mark robust" : "mark other", round.at(peak), loss.at(losses.get(peak)), 2.8);
        return drawing.svg();
    }

    private static int peak(List<Double> losses) {
        int peak = 0;
        for (int i = 1; i < losses.size(); i++) {
            if (losses.get(i) > losses.get(peak)) {
                peak = i;
            }
        }
        return peak;
    }
}
