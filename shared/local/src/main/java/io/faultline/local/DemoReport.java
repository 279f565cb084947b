package io.faultline.local;

import io.faultline.job.JobSnapshot;
import io.faultline.local.terminal.ProgressText;
import io.faultline.local.terminal.TextTable;
import io.faultline.report.Accuracy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What the demonstration's three jobs have shown, side by side.
 *
 * @param clean (a) trained on the images as they are
 * @param poisoned (b) trained on the same images, protected
 * @param robust (c) trained adversarially, then refined
 * @param wall from the first submission to the last result
 */
record DemoReport(JobSnapshot clean, JobSnapshot poisoned, JobSnapshot robust, Duration wall) {
    @Override
    public String toString() {
        List<String> parts = new ArrayList<>();
        parts.add(heading("What is protected is not learnt (CUDA)"));
        parts.add(cuda());
        parts.add("");
        parts.add(heading("What is robust generalises better (RiFT)"));
        parts.add(JobFigures.rift(robust.result()));
        parts.add("");
        parts.add(heading("Sizes and times"));
        parts.add(sizes());
        parts.add("All three together: " + ProgressText.clock(wall));
        jobs().flatMap(job -> JobFigures.suspicions(job.result()).stream().map(line -> job.name() + ": " + line))
                .forEach(parts::add);
        return String.join("\n", parts);
    }

    private String cuda() {
        Accuracy onClean = clean.result().training().testClean();
        Accuracy onPoisoned = poisoned.result().training().testClean();
        return new TextTable("trained on", "clean test accuracy", "images")
                        .row("(a) clean images", JobFigures.percent(onClean), Long.toString(onClean.total()))
                        .row("(b) CUDA images", JobFigures.percent(onPoisoned), Long.toString(onPoisoned.total()))
                        .row("(b) − (a) in points", JobFigures.points(onClean, onPoisoned), "")
                + "\n(b) " + JobFigures.dataset(poisoned.result().dataset());
    }

    private String sizes() {
        TextTable table = new TextTable("job", "data set", "checkpoint", "wall time", "training");
        jobs().forEach(job -> table.row(
                job.name(),
                JobFigures.size(job.result().dataset().dataset()),
                JobFigures.size(job.result().training().checkpoint()),
                ProgressText.clock(Duration.between(job.submittedAt(), job.updatedAt())),
                JobFigures.training(
                        job.result().recipe().training(), job.result().training())));
        return table + "\n" + JobFigures.dataset(clean.result().dataset());
    }

    private Stream<JobSnapshot> jobs() {
        return Stream.of(clean, poisoned, robust);
    }

    private static String heading(String text) {
        return text + "\n" + "─".repeat(text.length());
    }
}
