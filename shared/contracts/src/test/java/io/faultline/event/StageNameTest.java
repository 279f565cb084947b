package io.faultline.event;

import static io.faultline.event.StageName.POISON;
import static io.faultline.event.StageName.RIFT;
import static io.faultline.event.StageName.TRAINING;
import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.json.FaultlineJson;
import io.faultline.recipe.Recipe;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class StageNameTest {
    private static final Recipe WHOLE = recipe("\"poison\": {}, \"training\": {}, \"rift\": {}");

    @Test
    void stagesFollowTheRecipe() {
        assertThat(StageName.of(WHOLE)).containsExactly(POISON, TRAINING, RIFT);
        assertThat(StageName.of(recipe("\"training\": {}"))).containsExactly(POISON, TRAINING);
        assertThat(StageName.of(recipe("\"poison\": {}"))).containsExactly(POISON);
        assertThat(StageName.of(recipe("\"seed\": 1"))).containsExactly(POISON);
    }

    @Test
    void nextLeadsToTheLastStage() {
        assertThat(POISON.next(WHOLE)).contains(TRAINING);
        assertThat(TRAINING.next(WHOLE)).contains(RIFT);
        assertThat(RIFT.next(WHOLE)).isEmpty();
        assertThat(TRAINING.next(recipe("\"training\": {}"))).isEmpty();
        assertThat(POISON.next(recipe("\"seed\": 1"))).isEmpty();
    }

    private static Recipe recipe(String fields) {
        String json = "{\"dataset\": {\"source\": \"synthetic\"}, " + fields + "}";
        return FaultlineJson.readRecipe(json.getBytes(StandardCharsets.UTF_8));
    }
}
