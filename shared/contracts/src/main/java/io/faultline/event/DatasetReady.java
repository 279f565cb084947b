package io.faultline.event;

import io.faultline.recipe.Recipe;
import io.faultline.report.DatasetReport;

/** A job's data set is there to train on. */
public record DatasetReady(JobId jobId, Recipe recipe, DatasetReport dataset) implements WorkEvent {
    @Override
    public String eventId() {
        return jobId + "/dataset/" + dataset.dataset().id().sha256();
    }

    @Override
    public String topic() {
        return Topics.DATASET_READY;
    }
}
