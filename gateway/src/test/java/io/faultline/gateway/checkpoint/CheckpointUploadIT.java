package io.faultline.gateway.checkpoint;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;

import io.faultline.gateway.WholeGateway;
import io.faultline.testkit.StoreDirectory;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@WholeGateway
class CheckpointUploadIT {
    private static final String CHECKPOINTS = "/api/v1/checkpoints";
    private static final String PROBLEM = "application/problem+json";

    @StoreDirectory
    Path store;

    static Stream<Arguments> checkpoints() {
        return Stream.of(
                Arguments.of("safetensors", safetensors("{}")),
                Arguments.of("pytorch zip", HexFormat.of().parseHex("504b0304000000000000000000000000")),
                Arguments.of("pytorch legacy", HexFormat.of().parseHex("80028a0a6cfc9c46f9206aa850192e80024d")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("checkpoints")
    void anAcceptedUploadCanBeStartedFrom(String form, byte[] file) {
        // When
        Response answer = upload(file);

        // Then
        answer.then()
                .statusCode(201)
                .body("artifact.kind", equalTo("checkpoint/source"))
                .body("artifact.size", equalTo(file.length))
                .body("form", equalTo(form));
        String id = answer.path("artifact.id");
        answer.then().header("Location", endsWith("/api/v1/artifacts/" + id));
        submit(id).then().statusCode(202);
    }

    @Test
    void aRecipeThatStartsFromWeightsThatAreNotThereIs422() {
        submit("sha256:" + "0".repeat(64))
                .then()
                .statusCode(422)
                .contentType(PROBLEM)
                .body("type", equalTo("/problems.html#unknown-checkpoint"))
                .body("detail", containsString("POST /api/v1/checkpoints"));
    }

    static Stream<Arguments> others() {
        return Stream.of(
                Arguments.of("nothing", new byte[0]),
                Arguments.of("a text", "hello, here are my weights".getBytes(StandardCharsets.UTF_8)),
                Arguments.of("a plain pickle", HexFormat.of().parseHex("80037d71002e")),
                Arguments.of(
                        "a header longer than the file",
                        ByteBuffer.allocate(16)
                                .order(ByteOrder.LITTLE_ENDIAN)
                                .putLong(1 << 20)
                                .put((byte) '{')
                                .array()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("others")
    void whatBeginsLikeNoFileOfWeightsIsRefusedAndNothingStaysBehind(String name, byte[] file) {
        // Given
        Set<Path> before = files();

        // When
        upload(file)
                .then()
                .statusCode(422)
                .contentType(PROBLEM)
                .body("type", equalTo("/problems.html#invalid-checkpoint"))
                .body("detail", containsString("state_dict()"));

        // Then
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void aLongerUploadThanIsTakenIsRefusedAndNothingStaysBehind() {
        // Given
        Set<Path> before = files();

        // When
        upload(new byte[(1 << 20) + 1]).then().statusCode(413).contentType(PROBLEM);

        // Then
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void anotherMediaTypeIs415() {
        given().contentType(ContentType.JSON)
                .body("{}")
                .post(CHECKPOINTS)
                .then()
                .statusCode(415)
                .contentType(PROBLEM);
    }

    private static Response upload(byte[] file) {
        return given().contentType("application/octet-stream").body(file).post(CHECKPOINTS);
    }

    private static Response submit(String checkpoint) {
        return given().contentType(ContentType.JSON)
                .body(
                        "{\"dataset\": {\"source\": \"synthetic\"}, \"training\": {\"epochs\": 0, \"start\": {\"checkpoint\": \""
                                + checkpoint + "\"}}}")
                .post("/api/v1/jobs");
    }

    private static byte[] safetensors(String header) {
        return ByteBuffer.allocate(Long.BYTES + header.length())
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header.length())
                .put(header.getBytes(StandardCharsets.US_ASCII))
                .array();
    }

    private Set<Path> files() {
        try (Stream<Path> all = Files.walk(store)) {
            return all.filter(Files::isRegularFile).collect(Collectors.toSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
