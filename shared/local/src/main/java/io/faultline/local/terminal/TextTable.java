package io.faultline.local.terminal;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Rows under a heading, in columns as wide as their widest cell. The first column is flush left, figures flush right. */
public final class TextTable {
    private static final String GAP = "  ";

    private final List<String> heading;
    private final List<List<String>> rows = new ArrayList<>();

    public TextTable(String... heading) {
        this.heading = List.of(heading);
    }

    /** @throws IllegalArgumentException unless there is a cell for each column */
    public TextTable row(String... cells) {
        if (cells.length != heading.size()) {
            throw new IllegalArgumentException("row has " + cells.length + " cells; the heading has " + heading.size());
        }
        rows.add(List.of(cells));
        return this;
    }

    /** The table's lines, without a line end after the last. */
    @Override
    public String toString() {
        List<Integer> widths =
                IntStream.range(0, heading.size()).mapToObj(this::width).toList();
        return Stream.concat(Stream.of(heading), rows.stream())
                .map(row -> line(row, widths))
                .collect(Collectors.joining("\n"));
    }

    private int width(int column) {
        return Stream.concat(Stream.of(heading), rows.stream())
                .mapToInt(row -> row.get(column).length())
                .max()
                .orElseThrow();
    }

    private String line(List<String> row, List<Integer> widths) {
        return IntStream.range(0, row.size())
                .mapToObj(column -> {
                    String padding =
                            " ".repeat(widths.get(column) - row.get(column).length());
                    return flushRight(column) ? padding + row.get(column) : row.get(column) + padding;
                })
                .collect(Collectors.joining(GAP))
                .stripTrailing();
    }

    private boolean flushRight(int column) {
        return column > 0
                && rows.stream()
                        .map(row -> row.get(column))
                        .filter(cell -> !cell.isEmpty())
                        .allMatch(cell -> cell.matches("[+−-]?[0-9].*"));
    }
}
