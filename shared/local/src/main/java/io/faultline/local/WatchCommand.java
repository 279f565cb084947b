package io.faultline.local;

import io.faultline.event.JobId;
import io.faultline.job.JobSnapshot;
import io.faultline.job.JobState;
import io.faultline.local.client.GatewayClient;
import io.faultline.local.terminal.Screen;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "watch",
        mixinStandardHelpOptions = true,
        description = "Follows a job to its end and shows its figures; exit code 1 unless it completed.")
final class WatchCommand implements Callable<Integer> {
    @Mixin
    private HomeOption home;

    @Mixin
    private UrlOption url;

    @Parameters(paramLabel = "ID", description = "The job's id, as 'submit' and 'jobs' print it.")
    private String id;

    @Override
    public Integer call() {
        JobId job;
        try {
            job = JobId.parse(id);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "job id is '" + id + "'; expected one such as ./faultline jobs prints", e);
        }
        return watch(home.client(url.url()), job);
    }

    /** @return the command's exit code */
    static int watch(GatewayClient client, JobId id) {
        JobSnapshot ended;
        try (Screen screen = Screen.of(System.out)) {
            ended = JobWatch.follow(client, id, id.toString().substring(0, 8), screen);
        }
        if (ended.state() != JobState.COMPLETED) {
            return Faultline.FAILED;
        }
        System.out.println();
        System.out.println(JobFigures.of(ended));
        return 0;
    }
}
