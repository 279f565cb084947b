package io.faultline.local.table;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.faultline.job.JobSnapshot;
import io.faultline.json.FaultlineJson;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What the jobs of a table have measured so far. */
public final class TableResults {
    private final TableTemplate table;
    private final Map<TableTemplate.Row, List<JsonNode>> results = new LinkedHashMap<>();
    private final List<String> remarks = new ArrayList<>();

    public TableResults(TableTemplate table) {
        this.table = table;
        table.rows().forEach(row -> results.put(row, new ArrayList<>()));
    }

    /** Takes a job that has ended: its figures, or that it has none. */
    public void add(TableTemplate.Row row, JobSnapshot job) {
        if (job.result() == null) {
            remarks.add(job.name() + ": " + job.state().name().toLowerCase(Locale.ROOT)
                    + (job.failure() == null ? "" : " (" + job.failure().detail() + ")"));
            return;
        }
        job.result().suspicions().forEach(law -> remarks.add(job.name() + ": SUSPECT: " + law));
        results.get(row).add(FaultlineJson.mapper().valueToTree(job.result()));
    }

    /** Whether every job gave its figures, and no figure is suspect. */
    public boolean sound() {
        return remarks.isEmpty();
    }

    /** A table in Markdown: the paper's figures beside ours, mean ± standard deviation over seeds. */
    public String markdown() {
        StringBuilder text = new StringBuilder("**" + table.title() + "**\n\n| |");
        table.figures()
                .forEach(figure -> text.append(' ').append(figure.title()).append(" | paper |"));
        text.append(" seeds |\n|---|")
                .append("---|---|".repeat(table.figures().size()))
                .append("---|\n");
        results.forEach((row, jobs) -> {
            text.append("| ").append(row.label()).append(" |");
            for (int column = 0; column < table.figures().size(); column++) {
                text.append(' ')
                        .append(cell(row, jobs, column))
                        .append(" | ")
                        .append(paper(row, column))
                        .append(" |");
            }
            text.append(' ').append(jobs.size()).append(" |\n");
        });
        remarks.forEach(remark -> text.append('\n').append(remark));
        return text.toString();
    }

    /** Every value of every seed, for other programs. */
    public JsonNode json() {
        ObjectNode root = FaultlineJson.mapper().createObjectNode();
        root.put("title", table.title());
        ArrayNode rows = root.putArray("rows");
        results.forEach((row, jobs) -> {
            ObjectNode written = rows.addObject().put("label", row.label());
            for (int column = 0; column < table.figures().size(); column++) {
                ArrayNode values = written.putArray(table.figures().get(column).title());
                cell(row, jobs, column).values().forEach(values::add);
            }
        });
        remarks.forEach(root.withArray("/remarks")::add);
        return root;
    }

    private TableCell cell(TableTemplate.Row row, List<JsonNode> jobs, int column) {
        return new TableCell(jobs.stream()
                .flatMap(job -> table.at(row, column).map(job::at).stream())
                .filter(JsonNode::isNumber)
                .map(JsonNode::doubleValue)
                .toList());
    }

    private static String paper(TableTemplate.Row row, int column) {
        return column < row.paper().size() && row.paper().get(column) != null
                ? String.format(Locale.ROOT, "%.2f", row.paper().get(column))
                : "–";
    }
}
