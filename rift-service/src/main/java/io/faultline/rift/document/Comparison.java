package io.faultline.rift.document;

import io.faultline.recipe.AttackRecipe;
import io.faultline.recipe.AutoAttackRecipe;
import io.faultline.report.Accuracy;
import io.faultline.report.PairedDifference;
import io.faultline.report.RefinementChange;
import io.faultline.report.RefinementFigures;
import io.faultline.report.RiftReport;
import java.util.ArrayList;
import java.util.List;

/**
 * One figure of the test split, before and after.
 *
 * @param how it was measured
 * @param images it was measured on
 */
record Comparison(
        String name,
        String how,
        String before,
        String beforeCounts,
        String after,
        String afterCounts,
        PairedDifference difference,
        String images) {
    static List<Comparison> of(Refinement refinement) {
        RiftReport report = refinement.report();
        RefinementFigures before = report.before();
        RefinementFigures after = report.after();
        RefinementChange change = report.change();
        List<Comparison> rows = new ArrayList<>();
        rows.add(of("Clean", "unchanged test images", before.clean(), after.clean(), change.clean()));
        rows.add(of(
                "Robust", Notation.attack(testAttack(refinement)), before.robust(), after.robust(), change.robust()));
        if (change.autoAttack() != null) {
            rows.add(of(
                    "AutoAttack",
                    autoAttack(refinement),
                    before.autoAttack().robust(),
                    after.autoAttack().robust(),
                    change.autoAttack()));
        }
        if (change.corruptions() != null) {
            int cells = before.corruptions().cells().size();
            rows.add(new Comparison(
                    "Corrupted",
                    "mean over " + cells + " sets of corrupted test images",
                    Notation.percent(before.corruptions().meanPercent()),
                    "",
                    Notation.percent(after.corruptions().meanPercent()),
                    "",
                    change.corruptions(),
                    imagesOfCells(before)));
        }
        return rows;
    }

    String change() {
        return Notation.change(difference);
    }

    Reading reading() {
        return Reading.of(difference);
    }

    private static Comparison of(String name, String how, Accuracy before, Accuracy after, PairedDifference change) {
        return new Comparison(
                name,
                how,
                Notation.percent(before),
                Notation.counts(before),
                Notation.percent(after),
                Notation.counts(after),
                change,
                Notation.count(before.total()));
    }

    private static String imagesOfCells(RefinementFigures figures) {
        long images = figures.corruptions().cells().stream()
                .mapToLong(cell -> cell.accuracy().total())
                .max()
                .orElse(0);
        return Notation.count(images) + " each";
    }

    private static AttackRecipe testAttack(Refinement refinement) {
        return refinement
                .recipe()
                .training()
                .evaluationAttack()
                .withRestarts(refinement.recipe().rift().testRestarts());
    }

    private static String autoAttack(Refinement refinement) {
        var evaluation = refinement.recipe().rift().evaluation();
        AutoAttackRecipe asked = evaluation == null ? null : evaluation.autoAttack();
        return asked == null
                ? "standard version"
                : "standard version (" + Notation.norm(asked.threatModel()) + ", ε = " + asked.epsilon() + ")";
    }
}
