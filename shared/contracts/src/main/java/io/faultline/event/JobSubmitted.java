package io.faultline.event;

import io.faultline.recipe.Recipe;

/** A job was accepted. */
public record JobSubmitted(JobId jobId, Recipe recipe) implements WorkEvent {
    @Override
    public String eventId() {
        return jobId + "/submitted";
    }

    @Override
    public String topic() {
        return Topics.JOB_SUBMITTED;
    }
}
