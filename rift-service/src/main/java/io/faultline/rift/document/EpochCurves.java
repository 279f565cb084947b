package io.faultline.rift.document;

import io.faultline.report.FineTuningEpoch;
import io.faultline.rift.document.Drawing.Anchor;
import io.quarkus.qute.RawString;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Loss and clean accuracy after every epoch of fine-tuning, the chosen epoch marked. */
final class EpochCurves {
    private static final double WIDTH = 400;
    private static final double HEIGHT = 300;
    private static final double LEFT = 44;
    private static final double RIGHT = 388;
    private static final double LOSS_TOP = 24;
    private static final double LOSS_BOTTOM = 114;
    private static final double CLEAN_TOP = 154;
    private static final double CLEAN_BOTTOM = 254;
    private static final int TICKS = 4;
    private static final int MOST_EPOCH_TICKS = 12;
    private static final double MARK = 3.2;

    private EpochCurves() {}

    /** @param epochs not empty */
    static RawString of(List<FineTuningEpoch> epochs, int chosenEpoch) {
        int first = epochs.get(0).epoch();
        int last = epochs.get(epochs.size() - 1).epoch();
        Axis place = new Axis(Math.min(first, last - 1), last, LEFT, RIGHT, 1);
        Drawing drawing = new Drawing(
                "epochs",
                WIDTH,
                HEIGHT,
                "Loss and clean accuracy over " + epochs.size() + " epochs of fine-tuning",
                "The chosen epoch is " + chosenEpoch + ". The table below has every figure.");
        epochs.stream().filter(epoch -> epoch.epoch() == chosenEpoch).forEach(epoch -> {
            double x = place.at(chosenEpoch);
            drawing.line("chosen-line", x, LOSS_TOP - 4, x, CLEAN_BOTTOM);
        });
        panel(
                drawing,
                epochs,
                place,
                chosenEpoch,
                "other",
                "Training loss",
                FineTuningEpoch::loss,
                LOSS_BOTTOM,
                LOSS_TOP);
        panel(
                drawing,
                epochs,
                place,
                chosenEpoch,
                "clean",
                "Clean accuracy in %",
                epoch -> epoch.clean().percent(),
                CLEAN_BOTTOM,
                CLEAN_TOP);
        int every = Math.max(1, (int) Math.ceil(epochs.size() / (double) MOST_EPOCH_TICKS));
        for (FineTuningEpoch epoch : epochs) {
            if ((epoch.epoch() - first) % every == 0) {
                drawing.text(
                        "tick",
                        Anchor.MIDDLE,
                        place.at(epoch.epoch()),
                        CLEAN_BOTTOM + 15,
                        String.valueOf(epoch.epoch()));
            }
        }
        drawing.text("label", Anchor.MIDDLE, (LEFT + RIGHT) / 2, CLEAN_BOTTOM + 34, "epoch");
        return drawing.svg();
    }

    private static void panel(
            Drawing drawing,
            List<FineTuningEpoch> epochs,
            Axis place,
            int chosenEpoch,
            String style,
            String name,
            ToDoubleFunction<FineTuningEpoch> figure,
            double bottom,
            double top) {
        Axis axis = Axis.holding(epochs.stream().mapToDouble(figure), bottom, top, TICKS);
        drawing.text("label", Anchor.START, 0, top - 12, name);
        axis.ticks().forEach(tick -> {
            drawing.line("grid", LEFT, axis.at(tick), RIGHT, axis.at(tick));
            drawing.text("tick", Anchor.END, LEFT - 6, axis.at(tick) + 3.5, axis.label(tick));
        });
        drawing.curve("curve " + style, epochs.stream().map(epoch ->
                new double[] {place.at(epoch.epoch()), axis.at(figure.applyAsDouble(epoch))}));
        for (FineTuningEpoch epoch : epochs) {
            drawing.dot(
                    "mark " + style,
                    place.at(epoch.epoch()),
                    axis.at(figure.applyAsDouble(epoch)),
                    epoch.epoch() == chosenEpoch ? MARK + 2 : MARK);
        }
    }
}
