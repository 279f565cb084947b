package io.faultline.rift.document;

import io.faultline.recipe.CorruptionName;
import io.faultline.report.CorruptionReport;
import io.faultline.rift.document.Drawing.Anchor;
import io.quarkus.qute.RawString;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.DoubleStream;

/** Accuracy on every corruption before and after, the greatest gain first. Without errors: no pairs are kept of single ones. */
final class CorruptionComparison {
    private static final double WIDTH = 400;
    private static final double ROW = 19;
    private static final double BASELINE = 13;
    private static final double BAR = 11;
    private static final double LEFT = 120;
    private static final double RIGHT = 392;
    private static final double FOOT = 18;
    private static final int TICKS = 4;

    private final List<Row> rows;
    private final List<Integer> severities;

    /**
     * One corruption.
     *
     * @param before mean over its severities, in percent
     * @param changes in points, by severity
     */
    record Row(String name, double before, double after, SortedMap<Integer, Double> changes) {
        String beforeText() {
            return Notation.percent(before);
        }

        String afterText() {
            return Notation.percent(after);
        }

        double change() {
            return after - before;
        }

        String changeText() {
            return Notation.points(change());
        }

        /** One text for each severity of the table. */
        List<String> changeTexts(List<Integer> severities) {
            return severities.stream()
                    .map(severity -> changes.containsKey(severity)
                            ? Notation.points(changes.get(severity))
                            : Notation.NOT_MEASURED)
                    .toList();
        }
    }

    /** @param after of the same corruptions and severities */
    CorruptionComparison(CorruptionReport before, CorruptionReport after) {
        Map<CorruptionName, SortedMap<Integer, Double>> first = percents(before);
        Map<CorruptionName, SortedMap<Integer, Double>> second = percents(after);
        List<Row> found = new ArrayList<>();
        SortedMap<Integer, Boolean> seen = new TreeMap<>();
        first.forEach((corruption, cells) -> {
            SortedMap<Integer, Double> others = second.getOrDefault(corruption, new TreeMap<>());
            SortedMap<Integer, Double> changes = new TreeMap<>();
            cells.forEach((severity, percent) -> {
                seen.put(severity, true);
                if (others.containsKey(severity)) {
                    changes.put(severity, others.get(severity) - percent);
                }
            });
            found.add(new Row(corruption.wireName().replace('_', ' '), mean(cells), mean(others), changes));
        });
        found.sort(Comparator.comparingDouble(Row::change).reversed());
        rows = List.copyOf(found);
        severities = List.copyOf(seen.keySet());
    }

    List<Row> rows() {
        return rows;
    }

    List<Integer> severities() {
        return severities;
    }

    RawString drawn() {
        Axis change = Axis.holding(
                rows.stream().flatMapToDouble(row -> DoubleStream.of(0, row.change())), LEFT, RIGHT, TICKS);
        double bottom = rows.size() * ROW;
        Drawing drawing = new Drawing(
                "corruptions",
                WIDTH,
                bottom + FOOT,
                "Change of accuracy by corruption, in percentage points",
                "From " + rows.get(0).changeText() + " on " + rows.get(0).name() + " to "
                        + rows.get(rows.size() - 1).changeText() + " on "
                        + rows.get(rows.size() - 1).name() + ". The table below has every figure.");
        change.ticks().forEach(tick -> {
            drawing.line(Math.abs(tick) < 1e-9 ? "zero" : "grid", change.at(tick), 0, change.at(tick), bottom);
            drawing.text("tick", Anchor.MIDDLE, change.at(tick), bottom + BASELINE, change.label(tick));
        });
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            double from = Math.min(change.at(0), change.at(row.change()));
            double to = Math.max(change.at(0), change.at(row.change()));
            drawing.text("words", Anchor.END, LEFT - 6, i * ROW + BASELINE, row.name());
            drawing.bar(row.change() < 0 ? "bar loss" : "bar gain", from, i * ROW + (ROW - BAR) / 2, to - from, BAR);
        }
        return drawing.svg();
    }

    private static Map<CorruptionName, SortedMap<Integer, Double>> percents(CorruptionReport report) {
        Map<CorruptionName, SortedMap<Integer, Double>> percents = new LinkedHashMap<>();
        report.cells().forEach(cell -> percents.computeIfAbsent(cell.corruption(), name -> new TreeMap<>())
                .put(cell.severity(), cell.accuracy().percent()));
        return percents;
    }

    private static double mean(SortedMap<Integer, Double> percents) {
        return percents.values().stream()
                .mapToDouble(Double::doubleValue)
                .average()
                .orElse(Double.NaN);
    }
}
