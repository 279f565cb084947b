package io.faultline.event;

import io.faultline.recipe.Recipe;

/** A fact that lets a stage begin: it carries the whole recipe and what the stages before have made. */
public sealed interface WorkEvent extends JobEvent
        permits JobSubmitted, TheorySubmitted, DatasetShard, DatasetReady, ModelReady, ModuleTask {
    Recipe recipe();
}
