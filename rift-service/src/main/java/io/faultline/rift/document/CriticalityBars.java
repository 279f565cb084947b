package io.faultline.rift.document;

import io.faultline.recipe.ModulePath;
import io.faultline.report.ModuleCriticality;
import io.faultline.rift.document.Drawing.Anchor;
import io.quarkus.qute.RawString;
import java.util.Collection;
import java.util.List;

/** Criticality of every module as bars, lowest first, as in the RiFT paper's Fig. 3. */
final class CriticalityBars {
    private static final double WIDTH = 400;
    private static final double ROW = 19;
    private static final double HEAD = 22;
    private static final double BAR = 11;
    private static final double BASELINE = 13;
    private static final double LETTER = 6.1;
    private static final double VALUE = 52;
    private static final double DROP = 52;
    private static final double GAP = 6;
    private static final int LONGEST_NAME = 26;

    private CriticalityBars() {}

    /** @param ranking not empty */
    static RawString of(List<ModuleCriticality> ranking, Collection<ModulePath> chosen) {
        double nameWidth = GAP
                + LETTER
                        * ranking.stream()
                                .mapToInt(entry -> shown(entry).length())
                                .max()
                                .orElseThrow();
        double room = WIDTH - nameWidth - VALUE - DROP;
        double largest =
                ranking.stream().mapToDouble(ModuleCriticality::mrc).max().orElseThrow();
        ModuleCriticality lowest = ranking.get(0);
        ModuleCriticality highest = ranking.get(ranking.size() - 1);
        Drawing drawing = new Drawing(
                "criticality",
                WIDTH,
                HEAD + ROW * ranking.size(),
                "Module robust criticality of " + ranking.size() + " modules, lowest first",
                "From " + Notation.significant(lowest.mrc()) + " of " + lowest.module() + " to "
                        + Notation.significant(highest.mrc()) + " of " + highest.module()
                        + ". The table below has every figure.");
        drawing.text("label", Anchor.START, nameWidth, BASELINE, "MRC: rise of the loss");
        drawing.text("label", Anchor.END, WIDTH, BASELINE, "robust acc.");
        for (int i = 0; i < ranking.size(); i++) {
            ModuleCriticality entry = ranking.get(i);
            boolean marked = chosen.contains(entry.module());
            double top = HEAD + i * ROW;
            double length = largest > 0 ? room * Math.max(0, entry.mrc()) / largest : 0;
            if (marked) {
                drawing.bar("row", 0, top, WIDTH, ROW - 1);
            }
            String weight = marked ? "name strong" : "name";
            drawing.text(weight, Anchor.END, nameWidth - GAP, top + BASELINE, shown(entry));
            drawing.bar(marked ? "bar chosen" : "bar", nameWidth, top + (ROW - BAR) / 2, Math.max(1, length), BAR);
            drawing.text(
                    marked ? "figure strong" : "figure",
                    Anchor.START,
                    nameWidth + Math.max(1, length) + GAP,
                    top + BASELINE,
                    Notation.significant(entry.mrc()));
            drawing.text(
                    marked ? "figure strong" : "figure",
                    Anchor.END,
                    WIDTH - 2,
                    top + BASELINE,
                    Notation.points(-entry.robustAccuracyDrop()));
        }
        return drawing.svg();
    }

    /** The end of a long name tells more than its beginning. */
    static String shown(ModuleCriticality entry) {
        String name = entry.module().name();
        return name.length() <= LONGEST_NAME ? name : "…" + name.substring(name.length() - LONGEST_NAME + 1);
    }
}
