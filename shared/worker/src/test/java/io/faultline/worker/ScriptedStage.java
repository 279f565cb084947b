package io.faultline.worker;

import io.faultline.artifact.ArtifactKind;
import io.faultline.event.DatasetReady;
import io.faultline.event.JobEvent;
import io.faultline.event.JobId;
import io.faultline.event.JobSubmitted;
import io.faultline.event.StageName;
import io.faultline.event.Topics;
import io.faultline.report.DatasetReport;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A stage that does what a test says. Its report names an artifact whose bytes are the recipe's name. */
@ApplicationScoped
class ScriptedStage implements Stage<JobSubmitted, DatasetReport> {
    private final Map<JobId, Script> scripts = new ConcurrentHashMap<>();
    private final Map<JobId, List<Integer>> runs = new ConcurrentHashMap<>();

    /** What happens in the n-th run of a job, before its report is made. */
    @FunctionalInterface
    interface Script {
        void run(int run, StageContext context);
    }

    void script(JobId job, Script script) {
        scripts.put(job, script);
    }

    /** How often the stage was run for a job. */
    int runs(JobId job) {
        return runs.getOrDefault(job, List.of()).size();
    }

    @Override
    public StageName name() {
        return StageName.POISON;
    }

    @Override
    public Class<JobSubmitted> eventType() {
        return JobSubmitted.class;
    }

    @Override
    public Class<DatasetReport> reportType() {
        return DatasetReport.class;
    }

    @Override
    public String topic() {
        return Topics.JOB_SUBMITTED;
    }

    @Override
    public int version() {
        return 1;
    }

    @Override
    public StageInput input(JobSubmitted event) {
        return new StageInput(List.of(), event.recipe());
    }

    @Override
    public DatasetReport run(JobSubmitted event, StageContext context) {
        List<Integer> all = runs.computeIfAbsent(event.jobId(), job -> new CopyOnWriteArrayList<>());
        all.add(all.size() + 1);
        scripts.getOrDefault(event.jobId(), (run, unused) -> {}).run(all.size(), context);
        return report(context, event.recipe().name());
    }

    @Override
    public JobEvent completed(JobSubmitted event, DatasetReport report) {
        return new DatasetReady(event.jobId(), event.recipe(), report);
    }

    private static DatasetReport report(StageContext context, String content) {
        return new DatasetReport(
                context.artifacts().write(ArtifactKind.DATASET_CLEAN, out -> out.write(content.getBytes())),
                List.of("circle", "square"),
                10,
                2,
                0,
                null,
                false,
                0.25);
    }
}
