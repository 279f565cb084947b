package io.faultline.vision.batch;

import io.faultline.recipe.Seed;
import java.util.Optional;

/** Every image stays by itself. */
record Unmixed() implements BatchMixing {
    @Override
    public Optional<Mixture> mix(float[] values, int images, int height, int width, Seed batch) {
        return Optional.empty();
    }
}
