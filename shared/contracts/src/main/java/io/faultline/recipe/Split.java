package io.faultline.recipe;

import com.fasterxml.jackson.annotation.JsonProperty;

/** A part of a data set, by what it may be used for. */
public enum Split {
    /** What weights are fitted to. */
    @JsonProperty("training")
    TRAINING,
    /** Training images kept aside, by which model, module, epoch and α are chosen. */
    @JsonProperty("held-out")
    HELD_OUT,
    /** What is measured once, at the end. */
    @JsonProperty("test")
    TEST
}
