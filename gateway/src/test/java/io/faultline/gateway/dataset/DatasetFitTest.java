package io.faultline.gateway.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.faultline.artifact.ArtifactId;
import io.faultline.artifact.ArtifactKind;
import io.faultline.artifact.ArtifactRef;
import io.faultline.gateway.Facts;
import io.faultline.job.UploadedDataset;
import io.faultline.recipe.InvalidRecipeException;
import io.faultline.recipe.Recipe;
import io.faultline.recipe.UploadedDatasetRecipe;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatasetFitTest {
    private static final ArtifactId ID = new ArtifactId("ab".repeat(32));

    private static UploadedDataset uploaded(Integer height, Integer width) {
        return new UploadedDataset(
                new ArtifactRef(ArtifactKind.DATASET_SOURCE, ID, 1),
                "IMAGE_FOLDER",
                List.of(
                        new UploadedDataset.ClassCount("left", 100, 9),
                        new UploadedDataset.ClassCount("right", 80, 10)),
                height,
                width);
    }

    private static Recipe recipe(int kernel, int train, int test) {
        return Facts.recipe("""
                {"dataset": {"source": "uploaded", "artifact": "%s",
                             "subset": {"trainPerClass": %d, "testPerClass": %d}},
                 "poison": {"kernelSize": %d}}""".formatted(ID, train, test, kernel));
    }

    private static DatasetFit fit(UploadedDataset dataset, Recipe recipe) {
        return DatasetFit.of(dataset, ((UploadedDatasetRecipe) recipe.dataset()).choice());
    }

    @Test
    void onlyTheClassesThatAreKeptCount() {
        // Given
        Recipe recipe = Facts.recipe("""
                {"dataset": {"source": "uploaded", "artifact": "%s", "classes": ["large", "left"],
                             "subset": {"trainPerClass": 100, "testPerClass": 9}}}""".formatted(ID));
        UploadedDataset dataset = new UploadedDataset(
                new ArtifactRef(ArtifactKind.DATASET_SOURCE, ID, 1),
                "IMAGE_FOLDER",
                List.of(
                        new UploadedDataset.ClassCount("left", 100, 9),
                        new UploadedDataset.ClassCount("small", 1, 1),
                        new UploadedDataset.ClassCount("large", 200, 10)),
                8,
                8);

        // When, Then
        assertThatCode(() -> fit(dataset, recipe).require(recipe, (UploadedDatasetRecipe) recipe.dataset()))
                .doesNotThrowAnyException();
    }

    @Test
    void whatTheDataSetHasIsAllowed() {
        Recipe recipe = recipe(7, 80, 9);

        assertThatCode(() -> fit(uploaded(8, 16), recipe).require(recipe, (UploadedDatasetRecipe) recipe.dataset()))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({
        "9, 80, 9, poison.kernelSize, 9, 'an odd number no larger than the images'' shorter side, 8'",
        "3, 81, 9, dataset.subset.trainPerClass, 81, 'at most 80, as many as class ''right'' has'",
        "3, 80, 10, dataset.subset.testPerClass, 10, 'at most 9, as many as class ''left'' has'"
    })
    void moreIsRefusedWithFieldAndBound(int kernel, int train, int test, String field, String value, String allowed) {
        // Given
        Recipe recipe = recipe(kernel, train, test);

        // When
        InvalidRecipeException refusal =
                catchThrowableOfType(InvalidRecipeException.class, () -> fit(uploaded(8, 16), recipe)
                        .require(recipe, (UploadedDatasetRecipe) recipe.dataset()));

        // Then
        assertThat(refusal.field()).isEqualTo(field);
        assertThat(refusal.value()).isEqualTo(value);
        assertThat(refusal.allowed()).isEqualTo(allowed);
    }

    @Test
    void imagesOfManySizesAreForTheWorkerToJudge() {
        Recipe recipe = recipe(63, 80, 9);

        assertThatCode(() ->
                        fit(uploaded(null, null), recipe).require(recipe, (UploadedDatasetRecipe) recipe.dataset()))
                .doesNotThrowAnyException();
    }

    @Test
    void theSyntheticSetsImagesHave32Pixels() {
        Recipe recipe = Facts.recipe("""
                {"dataset": {"source": "synthetic"}, "poison": {"kernelSize": 33}}""");

        assertThat(catchThrowableOfType(InvalidRecipeException.class, () -> DatasetFit.SYNTHETIC.require(recipe)))
                .hasMessage(
                        "poison.kernelSize is 33; allowed: an odd number no larger than the images' shorter side, 32");
    }
}
