package io.faultline.gateway.dataset;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;

import io.faultline.dataset.DatasetManifest;
import io.faultline.dataset.DatasetWriter;
import io.faultline.dataset.ImageDataset;
import io.faultline.gateway.WholeGateway;
import io.faultline.recipe.Seed;
import io.faultline.testkit.StoreDirectory;
import io.faultline.testkit.TinyImages;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

@WholeGateway
class DatasetUploadIT {
    private static final String DATASETS = "/api/v1/datasets";
    private static final String PROBLEM = "application/problem+json";

    @StoreDirectory
    Path store;

    @Test
    void anAcceptedUploadIsDescribedAndCanBeTrainedOn() {
        // Given
        byte[] archive = tar(TinyImages.twoClasses(Seed.of(1)));

        // When
        Response answer = upload(archive);

        // Then
        answer.then()
                .statusCode(201)
                .body("artifact.kind", equalTo("dataset/source"))
                .body("artifact.size", equalTo(archive.length))
                .body("form", equalTo("IMAGE_FOLDER"))
                .body("classes.name", equalTo(List.of("left", "right")))
                .body("classes.train", equalTo(List.of(16, 16)))
                .body("classes.test", equalTo(List.of(8, 8)))
                .body("height", equalTo(8))
                .body("width", equalTo(8));
        String id = answer.path("artifact.id");
        answer.then().header("Location", endsWith("/api/v1/artifacts/" + id));
        submit(id, "").then().statusCode(202).body("recipe.dataset.artifact", equalTo(id));
    }

    @Test
    void aRecipeThatAsksForMoreThanTheUploadHasIsRefused() {
        // Given
        String id = upload(tar(TinyImages.twoClasses(Seed.of(2)))).path("artifact.id");

        // Then
        submit(id, ", \"poison\": {\"kernelSize\": 9}")
                .then()
                .statusCode(400)
                .contentType(PROBLEM)
                .body("field", equalTo("poison.kernelSize"))
                .body("value", equalTo("9"))
                .body("allowed", containsString("shorter side, 8"));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "\"classes\": [\"left\", \"rihgt\"] | dataset.classes[1] | 'rihgt' | data set's 2 classes, of which 'right', 'left'",
                "\"firstClasses\": 3 | dataset.firstClasses | 3 | 2 to 2, as many classes as the data set has",
                "\"classes\": [\"left\", \"left\"] | dataset.classes | 'left' twice | each class once",
                "\"classes\": [\"left\"] | dataset.classes | [left] | at least 2 classes"
            },
            quoteCharacter = '`')
    void classesThatTheUploadDoesNotHaveAreRefusedBeforeAnyWork(
            String choice, String field, String value, String allowed) {
        // Given
        String id = upload(tar(TinyImages.twoClasses(Seed.of(2)))).path("artifact.id");

        // When
        Response answer = given().contentType(ContentType.JSON)
                .body("{\"dataset\": {\"source\": \"uploaded\", \"artifact\": \"" + id + "\", " + choice + "}}")
                .post("/api/v1/jobs");

        // Then
        answer.then()
                .statusCode(400)
                .contentType(PROBLEM)
                .body("field", equalTo(field))
                .body("value", equalTo(value))
                .body("allowed", containsString(allowed));
    }

    @Test
    void classesMayBeKeptInAnotherOrder() {
        // Given
        String id = upload(tar(TinyImages.twoClasses(Seed.of(2)))).path("artifact.id");

        // When
        Response answer = given().contentType(ContentType.JSON)
                .body("{\"dataset\": {\"source\": \"uploaded\", \"artifact\": \"" + id
                        + "\", \"classes\": [\"right\", \"left\"]}}")
                .post("/api/v1/jobs");

        // Then
        answer.then().statusCode(202).body("recipe.dataset.classes", equalTo(List.of("right", "left")));
    }

    @Test
    void anAcceptedUploadCanBeDownloadedAgain() {
        // Given
        byte[] archive = tar(TinyImages.twoClasses(Seed.of(3)));
        String id = upload(archive).path("artifact.id");

        // When
        Response download = given().get("/api/v1/artifacts/" + id);

        // Then
        assertThat(download.asByteArray()).isEqualTo(archive);
        String digest = id.substring("sha256:".length());
        download.then()
                .statusCode(200)
                .header("Content-Length", String.valueOf(archive.length))
                .header("ETag", "\"" + digest + "\"")
                .header("X-Content-Type-Options", "nosniff")
                .header(
                        "Content-Disposition",
                        "attachment; filename=\"faultline-" + digest.substring(0, 12) + ".tar\"");
        given().header("If-None-Match", "\"" + digest + "\"")
                .get("/api/v1/artifacts/" + id)
                .then()
                .statusCode(304);
    }

    @Test
    void damagedBytesAreNotHandedOut() throws IOException {
        // Given
        String id = upload(tar(TinyImages.twoClasses(Seed.of(5)))).path("artifact.id");
        Path file = files().stream()
                .filter(path -> path.endsWith(id.substring("sha256:".length())))
                .findFirst()
                .orElseThrow();
        assertThat(file.toFile().setWritable(true)).isTrue();
        Files.writeString(file, "damaged");

        // Then
        given().get("/api/v1/artifacts/" + id)
                .then()
                .statusCode(500)
                .contentType(PROBLEM)
                .body("type", equalTo("/problems.html#artifact-damaged"));
    }

    @Test
    void anUploadThatBreaksOffLeavesNothingBehind() throws IOException {
        // Given
        Set<Path> before = files();

        // When
        try (Socket caller = new Socket("127.0.0.1", RestAssured.port)) {
            caller.getOutputStream()
                    .write(("POST " + DATASETS
                                    + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/octet-stream\r\n"
                                    + "Content-Length: 1000000\r\n\r\n" + "x".repeat(50_000))
                            .getBytes(StandardCharsets.US_ASCII));
            caller.getOutputStream().flush();
            await().until(() -> !files().equals(before));
        }

        // Then
        await().untilAsserted(() -> assertThat(files()).isEqualTo(before));
    }

    @Test
    void anArtifactThatIsNotThereIs404() {
        given().get("/api/v1/artifacts/sha256:" + "0".repeat(64))
                .then()
                .statusCode(404)
                .contentType(PROBLEM)
                .body("type", equalTo("/problems.html#artifact-not-found"));
    }

    @Test
    void anIdThatNoArtifactCanHaveIs400() {
        given().get("/api/v1/artifacts/sha256:xyz")
                .then()
                .statusCode(400)
                .contentType(PROBLEM)
                .body("field", equalTo("id"))
                .body("value", equalTo("sha256:xyz"));
    }

    static Stream<Arguments> noDatasets() {
        byte[] whole = tar(TinyImages.twoClasses(Seed.of(4)));
        byte[] png = png();
        return Stream.of(
                Arguments.of("a truncated archive", Arrays.copyOf(whole, whole.length / 2), ""),
                Arguments.of(
                        "a name that leads out of the archive",
                        zip(folders(
                                png, "train/a/1.png", "train/b/1.png", "test/a/1.png", "test/b/1.png", "../evil.png")),
                        "../evil.png"),
                Arguments.of("one class", zip(folders(png, "train/a/1.png", "test/a/1.png")), "class"),
                Arguments.of(
                        "a class without a training image",
                        zip(folders(png, "train/a/1.png", "test/a/1.png", "test/b/1.png")),
                        "'b'"),
                Arguments.of("a text named .png", zip(withText(png)), "2.png"),
                Arguments.of("no archive", "hello".getBytes(StandardCharsets.UTF_8), ""),
                Arguments.of("nothing", new byte[0], ""));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("noDatasets")
    void whatIsNoDataSetIsRefusedAndNothingStaysBehind(String name, byte[] body, String named) {
        // Given
        Set<Path> before = files();

        // When
        upload(body)
                .then()
                .statusCode(422)
                .contentType(PROBLEM)
                .body("type", equalTo("/problems.html#invalid-dataset"))
                .body("detail", containsString(named));

        // Then
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void aLongerUploadThanIsTakenIsRefusedAndNothingStaysBehind() {
        // Given
        Set<Path> before = files();

        // When
        upload(new byte[(1 << 20) + 1])
                .then()
                .statusCode(413)
                .contentType(PROBLEM)
                .body("type", equalTo("/problems.html#too-large"))
                .body("detail", containsString("1048576 bytes"));

        // Then
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void anotherMediaTypeIs415() {
        given().contentType(ContentType.JSON)
                .body("{}")
                .post(DATASETS)
                .then()
                .statusCode(415)
                .contentType(PROBLEM);
    }

    private static Response upload(byte[] body) {
        return given().contentType("application/octet-stream").body(body).post(DATASETS);
    }

    private static Response submit(String artifact, String more) {
        return given().contentType(ContentType.JSON)
                .body("{\"dataset\": {\"source\": \"uploaded\", \"artifact\": \"" + artifact + "\"}" + more + "}")
                .post("/api/v1/jobs");
    }

    private Set<Path> files() {
        try (Stream<Path> all = Files.walk(store)) {
            return all.filter(Files::isRegularFile).collect(Collectors.toSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] tar(ImageDataset dataset) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        DatasetWriter.write(dataset, DatasetManifest.of(dataset), out);
        return out.toByteArray();
    }

    private static Map<String, byte[]> folders(byte[] image, String... names) {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        for (String name : names) {
            entries.put(name, image);
        }
        return entries;
    }

    private static Map<String, byte[]> withText(byte[] png) {
        Map<String, byte[]> entries =
                folders(png, "train/a/1.png", "train/b/1.png", "train/b/2.png", "test/a/1.png", "test/b/1.png");
        entries.put("train/b/2.png", "not an image".getBytes(StandardCharsets.UTF_8));
        return entries;
    }

    private static byte[] zip(Map<String, byte[]> entries) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey()));
                zip.write(entry.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static byte[] png() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB), "png", bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
