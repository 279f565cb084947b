package io.faultline.event;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.faultline.recipe.Recipe;
import io.faultline.report.DatasetReport;
import io.faultline.report.RiftReport;
import io.faultline.report.TheoryReport;
import io.faultline.report.TrainingReport;
import java.util.List;
import java.util.stream.Stream;

/**
 * A job has gone its whole road.
 *
 * @param dataset null in a job without images
 * @param training null if the recipe asks for none
 * @param rift null if the recipe asks for none
 * @param theory null if the recipe asks for none
 */
public record JobCompleted(
        JobId jobId,
        Recipe recipe,
        DatasetReport dataset,
        TrainingReport training,
        RiftReport rift,
        TheoryReport theory)
        implements JobEvent {
    /** The end of a data set's road. */
    public JobCompleted(JobId jobId, Recipe recipe, DatasetReport dataset, TrainingReport training, RiftReport rift) {
        this(jobId, recipe, dataset, training, rift, null);
    }

    /** The laws that the job's figures broke; a job with any of them is SUSPECT. */
    @JsonProperty(access = JsonProperty.Access.READ_ONLY)
    public List<String> suspicions() {
        return Stream.of(
                        training == null ? List.<String>of() : training.suspicions(),
                        rift == null ? List.<String>of() : rift.suspicions(),
                        theory == null ? List.<String>of() : theory.suspicions())
                .flatMap(List::stream)
                .toList();
    }

    @Override
    public String eventId() {
        return jobId + "/completed";
    }

    @Override
    public String topic() {
        return Topics.JOB_RESULTS;
    }
}
