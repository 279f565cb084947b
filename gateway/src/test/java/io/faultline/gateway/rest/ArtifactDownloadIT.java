package io.faultline.gateway.rest;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

import io.faultline.artifact.ArtifactId;
import io.faultline.artifact.ArtifactKind;
import io.faultline.artifact.ArtifactStore;
import io.faultline.artifact.ContentWriter;
import io.faultline.checkpoint.CheckpointFile;
import io.faultline.checkpoint.Safetensors;
import io.faultline.gateway.WholeGateway;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@WholeGateway
class ArtifactDownloadIT {
    private static final String ARTIFACTS = "/api/v1/artifacts/";
    private static final String PROBLEM = "application/problem+json";

    @Inject
    ArtifactStore store;

    @Test
    void weightsComeAsPyTorchReadsThem() {
        // Given
        ArtifactId id = stored(ArtifactKind.CHECKPOINT_REFINED, new Safetensors(network(), tensors())::writeTo);

        // When
        Response download = given().get(ARTIFACTS + id + "?format=pth");

        // Then
        download.then()
                .statusCode(200)
                .contentType("application/octet-stream")
                .header("ETag", "\"" + id.sha256() + ".pth\"")
                .header("X-Content-Type-Options", "nosniff")
                .header(
                        "Content-Disposition",
                        "attachment; filename=\"faultline-" + id.sha256().substring(0, 12) + ".pth\"");
        Map<String, Safetensors.Tensor> read =
                CheckpointFile.read(download.asByteArray()).tensors();
        assertThat(read.keySet()).containsExactlyElementsOf(tensors().keySet());
        assertThat(read.get("conv1.weight").shape()).containsExactly(2L, 3L);
        assertThat(read.get("conv1.weight").floats()).containsExactly(1, 2, 3, 4, 5, 6);
        assertThat(read.get("bn1.num_batches_tracked").longs()).containsExactly(7);
        given().header("If-None-Match", "\"" + id.sha256() + ".pth\"")
                .get(ARTIFACTS + id + "?format=pth")
                .then()
                .statusCode(304);
        given().header("If-None-Match", "\"" + id.sha256() + "\"")
                .get(ARTIFACTS + id + "?format=pth")
                .then()
                .statusCode(200);
    }

    static Stream<Arguments> others() {
        return Stream.of(
                Arguments.of("tensors that are no weights", ArtifactKind.ADVERSARIAL_EXAMPLES, (ContentWriter)
                        new Safetensors(Map.of("images", "1"), tensors())::writeTo),
                Arguments.of("a ranking", ArtifactKind.CRITICALITY, text("{\"ranking\": []}")),
                Arguments.of("a page", ArtifactKind.REPORT, text("<!DOCTYPE html>")),
                Arguments.of("nothing", ArtifactKind.REPORT, text("")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("others")
    void whatIsNoWeightsIsNotConverted(String name, ArtifactKind kind, ContentWriter content) {
        given().get(ARTIFACTS + stored(kind, content) + "?format=pth")
                .then()
                .statusCode(400)
                .contentType(PROBLEM)
                .body("type", equalTo("/problems.html#invalid-parameter"))
                .body("field", equalTo("format"))
                .body("value", equalTo("pth"))
                .body("allowed", containsString("leave format out for this artifact"));
    }

    @Test
    void weightsThatAreNoSafetensorsFileAfterAllAreNotConverted() {
        // Given: a header that is longer than the file
        byte[] content = "\u00ff\0\0\0\0\0\0\0{\"__metadata__\"".getBytes(StandardCharsets.ISO_8859_1);

        // When
        given().get(ARTIFACTS + stored(ArtifactKind.CHECKPOINT_SOURCE, out -> out.write(content)) + "?format=pth")
                .then()
                .statusCode(400)
                .contentType(PROBLEM)
                .body("field", equalTo("format"))
                .body("allowed", containsString("15 of 255 bytes are there"));
    }

    @Test
    void anotherFormatIs400() {
        // Given
        ArtifactId id = stored(ArtifactKind.CHECKPOINT_TRAINED, new Safetensors(network(), tensors())::writeTo);

        // When
        given().get(ARTIFACTS + id + "?format=onnx")
                .then()
                .statusCode(400)
                .contentType(PROBLEM)
                .body("field", equalTo("format"))
                .body("value", equalTo("onnx"))
                .body("allowed", equalTo("pth, or nothing for the stored bytes"));
    }

    @Test
    void weightsThatAreNotThereAre404() {
        given().get(ARTIFACTS + "sha256:" + "0".repeat(64) + "?format=pth")
                .then()
                .statusCode(404)
                .contentType(PROBLEM);
    }

    @Test
    void aReportIsShownAndMayDoNothing() {
        // Given
        String page = "<!DOCTYPE html>\n<html lang=\"en\"><title>α</title></html>\n";
        ArtifactId id = stored(ArtifactKind.REPORT, text(page));

        // When
        Response answer = given().get(ARTIFACTS + id);

        // Then
        assertThat(answer.asByteArray()).isEqualTo(page.getBytes(StandardCharsets.UTF_8));
        answer.then()
                .statusCode(200)
                .header("Content-Type", "text/html;charset=UTF-8")
                .header("Content-Disposition", containsString("inline; filename=\"faultline-"))
                .header("Content-Security-Policy", containsString("sandbox; default-src 'none'"));
    }

    @Test
    void theFormatIsDescribed() {
        given().accept("application/json")
                .get("/q/openapi")
                .then()
                .statusCode(200)
                .body("paths.'/api/v1/artifacts/{id}'.get.parameters.name", hasItem("format"))
                .body(
                        "paths.'/api/v1/artifacts/{id}'.get.parameters.find { it.name == 'format' }.schema.enum",
                        equalTo(List.of("pth")));
    }

    private ArtifactId stored(ArtifactKind kind, ContentWriter content) {
        return store.write(kind, content).id();
    }

    private static ContentWriter text(String content) {
        return out -> out.write(content.getBytes(StandardCharsets.UTF_8));
    }

    private static Map<String, String> network() {
        return Map.of("format", "pt", "architecture", "resnet18");
    }

    private static Map<String, Safetensors.Tensor> tensors() {
        Map<String, Safetensors.Tensor> tensors = new LinkedHashMap<>();
        tensors.put("conv1.weight", Safetensors.Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, List.of(2L, 3L)));
        tensors.put("bn1.num_batches_tracked", Safetensors.Tensor.of(new long[] {7}, List.of()));
        return tensors;
    }
}
