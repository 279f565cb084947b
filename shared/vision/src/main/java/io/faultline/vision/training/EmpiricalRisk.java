package io.faultline.vision.training;

import ai.djl.ndarray.NDArray;
import io.faultline.recipe.Objective;
import io.faultline.recipe.Seed;
import io.faultline.vision.batch.ImageBatch;
import io.faultline.vision.network.Classifier;

/** The images as they are. */
public record EmpiricalRisk() implements Risk {
    @Override
    public Objective objective() {
        return Objective.ERM;
    }

    @Override
    public NDArray images(Classifier classifier, ImageBatch batch, Seed seed) {
        return batch.images();
    }
}
