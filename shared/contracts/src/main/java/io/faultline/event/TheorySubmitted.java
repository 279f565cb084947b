package io.faultline.event;

import io.faultline.recipe.Recipe;

/** A job of theory was accepted. */
public record TheorySubmitted(JobId jobId, Recipe recipe) implements WorkEvent {
    /** The CloudEvent's type. */
    public static final String TYPE = "io.faultline.theory-submitted.v1";

    @Override
    public String eventId() {
        return jobId + "/submitted";
    }

    @Override
    public String topic() {
        return Topics.JOB_SUBMITTED;
    }

    @Override
    public String type() {
        return TYPE;
    }
}
