package io.faultline.local;

import io.faultline.job.JobSnapshot;
import io.faultline.local.terminal.ProgressText;
import io.faultline.local.terminal.TextTable;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "jobs", mixinStandardHelpOptions = true, description = "Lists the newest jobs.")
final class JobsCommand implements Callable<Integer> {
    @Mixin
    private HomeOption home;

    @Mixin
    private UrlOption url;

    @Option(names = "--limit", paramLabel = "N", defaultValue = "20", description = "How many (default: 20).")
    private int limit;

    @Override
    public Integer call() {
        List<JobSnapshot> jobs = home.client(url.url()).jobs(limit).jobs();
        if (jobs.isEmpty()) {
            System.out.println("No jobs yet.");
            return 0;
        }
        TextTable table = new TextTable("id", "name", "state", "stage", "submitted", "progress");
        for (JobSnapshot job : jobs) {
            table.row(
                    job.id().toString(),
                    job.name(),
                    job.state().name().toLowerCase(Locale.ROOT) + (job.suspect() ? " (suspect)" : ""),
                    job.stage() == null ? "" : job.stage().name().toLowerCase(Locale.ROOT),
                    job.submittedAt().toString(),
                    job.progress() == null ? "" : ProgressText.of(job.progress()));
        }
        System.out.println(table);
        return 0;
    }
}
