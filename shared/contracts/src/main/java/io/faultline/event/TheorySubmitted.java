package io.faultline.event;

import io.faultline.recipe.Recipe;

/** A job of theory was accepted. */
public record TheorySubmitted(JobId jobId, Recipe recipe) implements WorkEvent {
    @Override
    public String eventId() {
        return jobId + "/submitted";
    }

    @Override
    public String topic() {
        return Topics.THEORY_SUBMITTED;
    }
}
