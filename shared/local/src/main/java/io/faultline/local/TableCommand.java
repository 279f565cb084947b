package io.faultline.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.faultline.job.JobSnapshot;
import io.faultline.json.FaultlineJson;
import io.faultline.local.client.DatasetArchive;
import io.faultline.local.client.GatewayClient;
import io.faultline.local.cluster.ClusterHome;
import io.faultline.local.table.TableResults;
import io.faultline.local.table.TableTemplate;
import io.faultline.local.terminal.Screen;
import io.faultline.recipe.DatasetRecipe;
import io.faultline.recipe.SyntheticDatasetRecipe;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "table",
        mixinStandardHelpOptions = true,
        description = {
            "Runs the jobs of a table, one per row and seed, and prints it beside the paper's figures.",
            "What was computed before in the same home is not computed again, so that a table that was cut off goes on"
                    + " where it was. Uses the cluster that runs already, or starts one and stops it afterwards."
        })
final class TableCommand implements Callable<Integer> {
    @Mixin
    private HomeOption home;

    @Mixin
    private PortOptions ports;

    @Mixin
    private DatasetOptions dataset;

    @Parameters(
            paramLabel = "NAME|FILE",
            description = "A table that comes with Faultline (cuda-regimes, rift-ablations), or a JSON file of one.")
    private String table;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            split = ",",
            defaultValue = "1,2,3",
            description = "One job of each row for each of them (default: ${DEFAULT-VALUE}).")
    private List<Integer> seeds;

    @Option(
            names = "--rows",
            paramLabel = "TEXT",
            split = ",",
            description = "Only rows whose label contains one of these.")
    private List<String> rows = List.of();

    @Option(
            names = "--change",
            paramLabel = "JSON",
            description = "Merged into every recipe, such as '{\"training\": {\"epochs\": 20}}'.")
    private String change;

    @Option(names = "--out", paramLabel = "FILE", description = "Writes every value of every seed there, as JSON.")
    private Path out;

    @Override
    public Integer call() {
        TableTemplate chosen = template();
        ClusterHome where = home.home();
        Optional<DatasetArchive> archive = dataset.archive(where.downloads(), null, System.out);
        try (ClusterLease lease = ClusterLease.take(where, ports::freePorts, System.out)) {
            GatewayClient client = lease.client();
            DatasetRecipe images = archive.map(found -> dataset.upload(found, client, System.out))
                    .orElseGet(this::builtIn);
            UnfinishedJobs unfinished = new UnfinishedJobs(client);
            lease.beforeEnd(unfinished::cancel);
            TableResults results = run(chosen, images, client, unfinished);
            System.out.println();
            System.out.println(results.markdown());
            write(results);
            return results.sound() ? 0 : Faultline.FAILED;
        }
    }

    private TableTemplate template() {
        TableTemplate chosen = TableTemplate.open(table).only(rows);
        if (change == null) {
            return chosen;
        }
        try {
            return chosen.with(FaultlineJson.mapper().readTree(change));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("--change is not JSON: " + e.getOriginalMessage(), e);
        }
    }

    private DatasetRecipe builtIn() {
        return new SyntheticDatasetRecipe(
                dataset.trainPerClass().isPresent() ? dataset.trainPerClass().getAsInt() : null,
                dataset.testPerClass().isPresent() ? dataset.testPerClass().getAsInt() : null,
                null);
    }

    /** All jobs wait in the gateway's queue at once; they are watched in the order in which they are worked on. */
    private TableResults run(
            TableTemplate chosen, DatasetRecipe images, GatewayClient client, UnfinishedJobs unfinished) {
        Map<JobSnapshot, TableTemplate.Row> jobs = new LinkedHashMap<>();
        for (int seed : seeds) {
            for (TableTemplate.Row row : chosen.rows()) {
                JobSnapshot job = client.submit(
                        chosen.recipe(row, images, seed), UUID.randomUUID().toString());
                unfinished.add(job.id());
                jobs.put(job, row);
            }
        }
        TableResults results = new TableResults(chosen);
        List<JobSnapshot> waiting = new ArrayList<>(jobs.keySet());
        try (Screen screen = Screen.of(System.out)) {
            for (JobSnapshot job : waiting) {
                String label = String.format("%d of %d  %s", waiting.indexOf(job) + 1, waiting.size(), job.name());
                JobSnapshot ended = JobWatch.follow(client, job.id(), label, screen);
                unfinished.remove(job.id());
                results.add(jobs.get(job), ended);
            }
        }
        return results;
    }

    private void write(TableResults results) {
        if (out == null) {
            return;
        }
        try {
            Files.write(
                    out, FaultlineJson.mapper().writerWithDefaultPrettyPrinter().writeValueAsBytes(results.json()));
        } catch (IOException e) {
            throw new UncheckedIOException("the table's values cannot be written to " + out, e);
        }
    }
}
