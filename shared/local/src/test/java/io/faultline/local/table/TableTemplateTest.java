package io.faultline.local.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.json.FaultlineJson;
import io.faultline.recipe.DatasetRecipe;
import io.faultline.recipe.Objective;
import io.faultline.recipe.Recipe;
import io.faultline.recipe.Seed;
import io.faultline.recipe.SyntheticDatasetRecipe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TableTemplateTest {
    private static final DatasetRecipe IMAGES = new SyntheticDatasetRecipe(null, null, null);

    static List<String> tables() {
        return TableTemplate.names();
    }

    @ParameterizedTest
    @MethodSource("tables")
    void everyRowIsARecipeThatTheGatewayAccepts(String name) {
        TableTemplate table = TableTemplate.open(name);

        for (TableTemplate.Row row : table.rows()) {
            Recipe recipe = FaultlineJson.readRecipe(table.recipe(row, IMAGES, 5));
            assertThat(recipe.dataset()).isEqualTo(IMAGES);
            assertThat(recipe.seed()).isEqualTo(Seed.of(5));
            assertThat(recipe.name()).isEqualTo(row.label() + ", seed 5");
            assertThat(row.paper()).hasSizeLessThanOrEqualTo(table.figures().size());
        }
    }

    @Test
    void aRowChangesTheCommonRecipeAndTheSeedDrawsTheFilters() {
        TableTemplate table = TableTemplate.open("cuda-regimes").only(List.of("L2"));

        Recipe recipe = FaultlineJson.readRecipe(table.recipe(table.rows().get(0), IMAGES, 7));

        assertThat(table.rows()).hasSize(1);
        assertThat(recipe.poison().numpySeed()).isEqualTo(7L);
        assertThat(recipe.training().objective()).isEqualTo(Objective.ADVERSARIAL);
        assertThat(recipe.training().width()).isEqualTo(8);
        assertThat(recipe.training().attack().epsilon().value()).isEqualTo(0.5);
    }

    @Test
    void aChangeReachesEveryRowAndNullTakesAFieldAway() throws Exception {
        TableTemplate table = TableTemplate.open("cuda-regimes")
                .with(FaultlineJson.mapper().readTree("{\"training\": {\"epochs\": 3, \"width\": null}}"));

        Recipe recipe = FaultlineJson.readRecipe(table.recipe(table.rows().get(0), IMAGES, 1));

        assertThat(recipe.training().epochs()).isEqualTo(3);
        assertThat(recipe.training().width()).isEqualTo(64);
        assertThat(recipe.training().batchSize()).isEqualTo(64);
    }

    @Test
    void aRowMaySayWhereItsFiguresStand() {
        TableTemplate table = TableTemplate.open("rift-ablations");

        assertThat(table.at(table.rows().get(0), 0)).hasValue("/rift/before/clean/percent");
        assertThat(table.at(table.rows().get(0), 3)).isEmpty();
        assertThat(table.at(table.rows().get(1), 0)).hasValue("/rift/after/clean/percent");
    }

    @Test
    void aRowThatSaysItOfTooFewIsRefused() {
        assertThatThrownBy(() -> new TableTemplate(
                        "t",
                        List.of(new TableTemplate.Figure("a", "/a"), new TableTemplate.Figure("b", "/b")),
                        FaultlineJson.mapper().createObjectNode(),
                        List.of(new TableTemplate.Row(
                                "row", null, FaultlineJson.mapper().createObjectNode(), List.of("/c")))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("row 'row' says where 1 figures stand; the table has 2 columns");
    }

    @Test
    void aTableThatIsNotThereIsNamedWithThoseThatAre() {
        assertThatThrownBy(() -> TableTemplate.open("table-9"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'table-9'")
                .hasMessageContaining("cuda-regimes");
    }

    @Test
    void aRowThatIsNotThereIsNamedWithThoseThatAre() {
        assertThatThrownBy(() -> TableTemplate.open("cuda-regimes").only(List.of("EM")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("[EM]")
                .hasMessageContaining("CUDA, mixup");
    }

    @Test
    void aFileThatIsNoTableSaysWhatIsMissing(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("t.json"), "{\"title\": \"x\"}");

        assertThatThrownBy(() -> TableTemplate.open(file.toString()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("title, figures, base and rows");
    }
}
