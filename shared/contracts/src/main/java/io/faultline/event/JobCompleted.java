package io.faultline.event;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.faultline.recipe.Recipe;
import io.faultline.report.DatasetReport;
import io.faultline.report.RiftReport;
import io.faultline.report.TrainingReport;
import java.util.List;
import java.util.stream.Stream;

/**
 * A job has gone its whole road.
 *
 * @param training null if the recipe asks for none
 * @param rift null if the recipe asks for none
 */
public record JobCompleted(JobId jobId, Recipe recipe, DatasetReport dataset, TrainingReport training, RiftReport rift)
        implements JobEvent {
    /** The laws that the job's figures broke; a job with any of them is SUSPECT. */
    @JsonProperty(access = JsonProperty.Access.READ_ONLY)
    public List<String> suspicions() {
        return Stream.of(
                        training == null ? List.<String>of() : training.suspicions(),
                        rift == null ? List.<String>of() : rift.suspicions())
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
