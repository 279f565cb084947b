package io.faultline.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.artifact.ArtifactId;
import io.faultline.json.FaultlineJson;
import io.faultline.recipe.DatasetRecipe;
import io.faultline.recipe.Objective;
import io.faultline.recipe.Recipe;
import io.faultline.recipe.Seed;
import io.faultline.recipe.SubsetRecipe;
import io.faultline.recipe.SyntheticDatasetRecipe;
import io.faultline.recipe.UploadedDatasetRecipe;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DemoRecipeTest {
    private static final DatasetRecipe BUILT_IN = new SyntheticDatasetRecipe(null, null, null);
    private static final DatasetRecipe UPLOADED =
            new UploadedDatasetRecipe(new ArtifactId("a".repeat(64)), new SubsetRecipe(100, 20, Seed.of(0)));

    @ParameterizedTest
    @EnumSource(DemoRecipe.class)
    void everyRecipeIsOneThatTheGatewayAcceptsOnEitherDataSet(DemoRecipe demo) {
        assertThat(read(demo, BUILT_IN).dataset()).isEqualTo(BUILT_IN);
        assertThat(read(demo, UPLOADED).dataset()).isEqualTo(UPLOADED);
        assertThat(read(demo, BUILT_IN).name()).isEqualTo(demo.label());
    }

    @Test
    void cleanAndPoisonedDifferInThePoisonAlone() {
        Recipe clean = read(DemoRecipe.CLEAN, BUILT_IN);
        Recipe poisoned = read(DemoRecipe.POISONED, BUILT_IN);

        assertThat(clean.poison()).isNull();
        assertThat(poisoned.poison()).isNotNull();
        assertThat(poisoned.training()).isEqualTo(clean.training());
        assertThat(poisoned.seed()).isEqualTo(clean.seed());
    }

    @Test
    void theRobustOneIsTrainedAdversariallyAndRefined() {
        Recipe robust = read(DemoRecipe.ROBUST, BUILT_IN);

        assertThat(robust.training().objective()).isEqualTo(Objective.ADVERSARIAL);
        assertThat(robust.rift()).isNotNull();
        assertThat(robust.poison()).isNull();
    }

    private static Recipe read(DemoRecipe demo, DatasetRecipe dataset) {
        return FaultlineJson.readRecipe(demo.on(dataset));
    }
}
