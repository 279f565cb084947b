package io.faultline.local;

import io.faultline.event.JobId;
import io.faultline.event.JobProgressed;
import io.faultline.job.JobSnapshot;
import io.faultline.local.client.GatewayClient;
import io.faultline.local.client.JobListener;
import io.faultline.local.terminal.ProgressText;
import io.faultline.local.terminal.Screen;
import java.time.Duration;
import java.util.Locale;

/** Follows a job on a screen: one line that changes while it runs, one that stays at the end. */
final class JobWatch implements JobListener {
    private final Screen screen;
    private final String label;
    private final String activity;

    private JobWatch(Screen screen, String label, String activity) {
        this.screen = screen;
        this.label = label;
        this.activity = activity;
    }

    /**
     * @param label stands before each of its lines
     * @return the job as it ended
     */
    static JobSnapshot follow(GatewayClient client, JobId id, String label, Screen screen) {
        JobWatch watch = new JobWatch(screen, label, id.toString());
        JobSnapshot ended = client.follow(id, watch);
        screen.finish(watch.activity, watch.label + "  " + ending(ended));
        return ended;
    }

    @Override
    public void snapshot(JobSnapshot snapshot) {
        switch (snapshot.state()) {
            case WAITING ->
                screen.update(
                        activity,
                        label + "  waiting for " + snapshot.stage().name().toLowerCase(Locale.ROOT));
            case RUNNING -> {
                if (snapshot.progress() != null) {
                    progressed(snapshot.progress());
                } else {
                    screen.update(
                            activity, label + "  " + snapshot.stage().name().toLowerCase(Locale.ROOT) + " has begun");
                }
            }
            case COMPLETED, FAILED, CANCELLED -> {
                // the last line follows when the stream has ended
            }
        }
    }

    @Override
    public void progressed(JobProgressed progress) {
        screen.update(activity, label + "  " + ProgressText.of(progress));
    }

    @Override
    public void interrupted(String reason) {
        screen.update(activity, label + "  connection lost (" + reason + "), trying again");
    }

    private static String ending(JobSnapshot job) {
        String time = " after " + ProgressText.clock(Duration.between(job.submittedAt(), job.updatedAt()));
        return switch (job.state()) {
            case COMPLETED -> "completed" + time + (job.suspect() ? ", SUSPECT" : "");
            case CANCELLED -> "cancelled" + time;
            case FAILED ->
                "failed" + time
                        + (job.failure() == null
                                ? ""
                                : " in " + job.failure().stage().name().toLowerCase(Locale.ROOT) + " ("
                                        + job.failure().code() + "): "
                                        + job.failure().detail());
            case WAITING, RUNNING -> throw new IllegalStateException("job " + job.id() + " has not ended");
        };
    }
}
