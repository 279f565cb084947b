package io.faultline.gateway.rest;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.startsWith;

import io.faultline.gateway.WholeGateway;
import io.restassured.http.ContentType;
import org.junit.jupiter.api.Test;

@WholeGateway
class PresetApiIT {
    @Test
    void everyPresetOfThePoisonIsListedWithItsSource() {
        given().get("/api/v1/presets")
                .then()
                .statusCode(200)
                .contentType(ContentType.JSON)
                .body("poison.name", contains("cifar-10", "cifar-100", "imagenet-100", "tiny-imagenet"))
                .body("poison.kernelSize", contains(3, 3, 9, 5))
                .body("poison.blur", contains(0.3f, 0.3f, 0.06f, 0.15f))
                .body("poison.firstClasses", contains(null, null, 100, null))
                .body("poison[2].source", equalTo("CUDA (Sadasivan et al., CVPR 2023), Sec. 5.1"))
                .body("poison[3].source", startsWith("Faultline's default, because "));
    }

    @Test
    void aPresetsValuesAreTakenByARecipe() {
        // Given
        Integer kernelSize = given().get("/api/v1/presets").path("poison[3].kernelSize");
        Float blur = given().get("/api/v1/presets").path("poison[3].blur");

        // When, Then
        given().contentType(ContentType.JSON)
                .body("{\"dataset\": {\"source\": \"synthetic\"}, \"poison\": {\"kernelSize\": " + kernelSize
                        + ", \"blur\": " + blur + "}}")
                .post("/api/v1/jobs")
                .then()
                .statusCode(202)
                .body("recipe.poison.kernelSize", equalTo(5))
                .body("recipe.poison.blur", equalTo(0.15f));
    }

    @Test
    void theDescriptionOfTheApiHasThemAndTheChoiceOfClasses() {
        given().accept(ContentType.JSON)
                .get("/q/openapi?format=json")
                .then()
                .statusCode(200)
                .body("paths.'/api/v1/presets'.get.operationId", equalTo("listPresets"))
                .body("components.schemas.PoisonPreset.properties", hasKey("source"))
                .body("components.schemas.DatasetRecipe.oneOf[1].properties.firstClasses.minimum", equalTo(2))
                .body("components.schemas.DatasetRecipe.oneOf[1].properties.classes.uniqueItems", equalTo(true));
    }
}
