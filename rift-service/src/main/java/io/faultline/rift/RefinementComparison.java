package io.faultline.rift;

import io.faultline.measurement.TestMeasurement.Figures;
import io.faultline.report.PairedDifference;
import io.faultline.report.RefinementChange;
import io.faultline.report.RefinementFigures;
import io.faultline.vision.evaluation.CorruptionAccuracy;
import java.util.List;
import java.util.stream.Stream;

/** One network beside another on the same test images, attacked from the same starts and corrupted in the same way. */
record RefinementComparison(Figures before, Figures after) {
    RefinementFigures figuresBefore() {
        return figures(before);
    }

    RefinementFigures figuresAfter() {
        return figures(after);
    }

    RefinementChange change() {
        return new RefinementChange(
                after.byImage().attacked().cleanChange(before.byImage().attacked()),
                after.byImage().attacked().robustChange(before.byImage().attacked()),
                before.byImage().autoAttack() == null
                        ? null
                        : after.byImage()
                                .autoAttack()
                                .robustChange(before.byImage().autoAttack()),
                before.byImage().corruptions().isEmpty() ? null : corruptions());
    }

    List<String> notes() {
        return Stream.concat(before.notes().stream(), after.notes().stream())
                .distinct()
                .toList();
    }

    /** Laws that the figures broke. */
    List<String> suspicions() {
        return Stream.concat(before.suspicions().stream(), after.suspicions().stream())
                .distinct()
                .toList();
    }

    /** An image's share is the mean over all corruptions, so that its answers, which hang together, count as one. */
    private PairedDifference corruptions() {
        List<CorruptionAccuracy> cells = before.byImage().corruptions();
        int images = Math.toIntExact(cells.get(0).accuracy().total());
        double[] differences = new double[images];
        double share = 1.0 / cells.size();
        cells.forEach(cell -> cell.correctPlaces().forEach(place -> differences[place] -= share));
        after.byImage().corruptions().forEach(cell -> cell.correctPlaces()
                .forEach(place -> differences[place] += share));
        return PairedDifference.ofImages(differences);
    }

    private static RefinementFigures figures(Figures measured) {
        return new RefinementFigures(
                measured.clean(),
                measured.robust(),
                measured.evaluation().autoAttack(),
                measured.evaluation().corruptions());
    }
}
