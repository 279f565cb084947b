package io.faultline.event;

import io.faultline.artifact.ArtifactRef;
import io.faultline.recipe.ModulePath;
import io.faultline.recipe.Recipe;
import io.faultline.report.DatasetReport;
import io.faultline.report.TrainingReport;

/**
 * The robust criticality of one module is to be measured; whoever measures the last refines the network.
 *
 * @param examples the fixed adversarial examples; null, as {@code module}, where the recipe's choice asks for no criticality
 * @param place 0 to {@code modules} − 1
 */
public record ModuleTask(
        JobId jobId,
        Recipe recipe,
        DatasetReport dataset,
        TrainingReport training,
        ArtifactRef examples,
        ModulePath module,
        int place,
        int modules)
        implements WorkEvent {
    /** The CloudEvent's type. */
    public static final String TYPE = "io.faultline.module-task.v1";

    public ModuleTask {
        if (place < 0 || place >= modules) {
            throw new IllegalArgumentException("place is " + place + "; allowed: 0 to " + (modules - 1));
        }
    }

    @Override
    public String eventId() {
        return jobId + "/module/" + place + "-of-" + modules;
    }

    @Override
    public String topic() {
        return Topics.MODEL_READY;
    }

    @Override
    public String type() {
        return TYPE;
    }
}
