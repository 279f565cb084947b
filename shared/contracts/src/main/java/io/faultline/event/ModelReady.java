package io.faultline.event;

import io.faultline.recipe.Recipe;
import io.faultline.report.DatasetReport;
import io.faultline.report.TrainingReport;

/** A job's network is trained. */
public record ModelReady(JobId jobId, Recipe recipe, DatasetReport dataset, TrainingReport training)
        implements WorkEvent {
    @Override
    public String eventId() {
        return jobId + "/model/" + training.checkpoint().id().sha256();
    }

    @Override
    public String topic() {
        return Topics.MODEL_READY;
    }
}
