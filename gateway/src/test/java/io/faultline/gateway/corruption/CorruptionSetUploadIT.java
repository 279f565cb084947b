package io.faultline.gateway.corruption;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import io.faultline.dataset.DatasetManifest;
import io.faultline.dataset.DatasetWriter;
import io.faultline.dataset.ImageDataset;
import io.faultline.dataset.LabeledImages;
import io.faultline.gateway.WholeGateway;
import io.faultline.recipe.Seed;
import io.faultline.testkit.StoreDirectory;
import io.faultline.testkit.TinyCorruptions;
import io.faultline.testkit.TinyImages;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

@WholeGateway
class CorruptionSetUploadIT {
    private static final String SETS = "/api/v1/corruption-sets";
    private static final String PROBLEM = "application/problem+json";
    private static final ImageDataset DATASET = TinyImages.twoClasses(Seed.of(1));

    @StoreDirectory
    Path store;

    @Test
    void anAcceptedSetOfArraysIsDescribedAndCanBeMeasuredOn() {
        // Given
        byte[] archive = arrays(DATASET.test());

        // When
        Response answer = upload(archive);

        // Then
        answer.then()
                .statusCode(201)
                .body("artifact.kind", equalTo("corruptions/source"))
                .body("artifact.size", equalTo(archive.length))
                .body("form", equalTo("ARRAYS"))
                .body("corruptions.name", equalTo(List.of("fog", "snow")))
                .body("corruptions[1].severities.severity", equalTo(List.of(1, 2, 3, 4, 5)))
                .body("corruptions[1].severities.images", equalTo(List.of(16, 16, 16, 16, 16)))
                .body("classes", equalTo(2))
                .body("classNames", equalTo(List.of()))
                .body("height", equalTo(8))
                .body("width", equalTo(8));
        String id = answer.path("artifact.id");
        answer.then().header("Location", endsWith("/api/v1/artifacts/" + id));
        submit(id, "\"corruptions\": [\"snow\"]")
                .then()
                .statusCode(202)
                .body("recipe.training.evaluation.corruptions.published", equalTo(id));
    }

    @Test
    void anAcceptedSetOfFoldersNamesItsClasses() {
        // Given
        Map<String, byte[]> files = new HashMap<>();
        files.put("Tiny-ImageNet-C/fog/1/left/1.JPEG", png(8));
        files.put("Tiny-ImageNet-C/fog/1/right/2.JPEG", png(8));
        files.put("Tiny-ImageNet-C/fog/4/left/1.JPEG", png(9));

        // When
        Response answer = upload(zip(files));

        // Then
        answer.then()
                .statusCode(201)
                .body("form", equalTo("FOLDERS"))
                .body("corruptions[0].severities.severity", equalTo(List.of(1, 4)))
                .body("corruptions[0].severities.images", equalTo(List.of(2, 1)))
                .body("classes", equalTo(2))
                .body("classNames", equalTo(List.of("left", "right")))
                .body("height", nullValue());
        submit(answer.path("artifact.id"), "\"corruptions\": [\"fog\"], \"severities\": [4]")
                .then()
                .statusCode(202);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"corruptions\": [\"fog\", \"frost\"] | corruptions | 'frost' | what the published set has: fog, snow",
                "\"corruptions\": [\"fog\"], \"severities\": [6] | severities | [6] | from 1 to 5"
            })
    void whatTheSetDoesNotHaveIsRefusedBeforeAnyWork(String asked, String field, String value, String allowed) {
        // Given
        String id = upload(arrays(DATASET.test())).path("artifact.id");

        // Then
        submit(id, asked)
                .then()
                .statusCode(400)
                .contentType(PROBLEM)
                .body("field", equalTo("training.evaluation.corruptions." + field))
                .body("value", equalTo(value))
                .body("allowed", containsString(allowed));
    }

    @Test
    void aSeverityThatOneCorruptionLacksIsRefusedBeforeAnyWork() {
        // Given
        byte[] png = png(8);
        String id = upload(TinyCorruptions.tar(Map.of("fog/1/left/1.png", png, "fog/1/right/1.png", png)))
                .path("artifact.id");

        // Then
        submit(id, "\"corruptions\": [\"fog\"], \"severities\": [1, 2]")
                .then()
                .statusCode(400)
                .body("field", equalTo("training.evaluation.corruptions.severities"))
                .body("allowed", equalTo("what the published set has of fog: [1]"));
    }

    static Stream<Arguments> setsOfOtherDataSets() {
        LabeledImages test = DATASET.test();
        byte[] png = png(8);
        return Stream.of(
                Arguments.of(
                        "three classes",
                        arrays(new LabeledImages(
                                test.ids(),
                                Arrays.stream(test.labels())
                                        .map(label -> 2 * label)
                                        .toArray(),
                                test.images())),
                        "the data set's 2 classes; this one has 3"),
                Arguments.of(
                        "other classes",
                        TinyCorruptions.tar(Map.of("fog/1/up/1.png", png, "fog/1/down/1.png", png)),
                        "the data set's 2 classes; this one has 2 of other names"),
                Arguments.of(
                        "larger images",
                        arrays(TinyImages.twoClasses(Seed.of(1), 1, 1, 10).test()),
                        "8×8 pixels, as the data set's are; this one's are 10×10"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("setsOfOtherDataSets")
    void aSetOfAnotherDataSetIsRefusedBeforeAnyWork(String name, byte[] archive, String allowed) {
        String id = upload(archive).path("artifact.id");

        submit(id, "\"corruptions\": [\"fog\"], \"severities\": [1]")
                .then()
                .statusCode(400)
                .contentType(PROBLEM)
                .body("field", equalTo("training.evaluation.corruptions.published"))
                .body("value", equalTo(id))
                .body("allowed", containsString(allowed));
    }

    @Test
    void aRecipeThatNamesASetThatIsNotThereIs422() {
        submit("sha256:" + "0".repeat(64), "\"corruptions\": [\"fog\"]")
                .then()
                .statusCode(422)
                .contentType(PROBLEM)
                .body("type", equalTo("/problems.html#unknown-corruption-set"))
                .body("detail", containsString("POST /api/v1/corruption-sets"));
    }

    static Stream<Arguments> others() {
        byte[] whole = arrays(DATASET.test());
        byte[] png = png(8);
        Map<String, byte[]> wrongLength = new LinkedHashMap<>();
        wrongLength.put("labels.npy", TinyCorruptions.npy("(5,)", new byte[5]));
        wrongLength.put("fog.npy", TinyCorruptions.npy("(5, 8, 8, 3)", new byte[7]));
        return Stream.of(
                Arguments.of("nothing", new byte[0], "empty"),
                Arguments.of("a text", "hello".getBytes(StandardCharsets.UTF_8), "unknown kind"),
                Arguments.of("a cut archive", Arrays.copyOf(whole, whole.length / 2), "ends early"),
                Arguments.of("a compressed tar", gzip(whole), "Unpack the archive"),
                Arguments.of("arrays in a zip", zip(wrongLength), "plain tar"),
                Arguments.of("an array of another length", TinyCorruptions.tar(wrongLength), "fog.npy"),
                Arguments.of("a data set", tar(DATASET), "lies where no image is looked for"),
                Arguments.of(
                        "folders of other names", TinyCorruptions.tar(Map.of("train/1/left/1.png", png)), "'train'"),
                Arguments.of(
                        "a name that leads out of the archive",
                        TinyCorruptions.tar(Map.of("../fog/1/left/1.png", png)),
                        "../fog"),
                Arguments.of(
                        "a text named .png",
                        TinyCorruptions.tar(Map.of("fog/1/left/1.png", "x".getBytes(StandardCharsets.UTF_8))),
                        "1.png"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("others")
    void whatIsNoSetIsRefusedAndNothingStaysBehind(String name, byte[] body, String named) {
        // Given
        Set<Path> before = files();

        // When
        upload(body)
                .then()
                .statusCode(422)
                .contentType(PROBLEM)
                .body("type", equalTo("/problems.html#invalid-corruption-set"))
                .body("detail", containsString(named));

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
                .post(SETS)
                .then()
                .statusCode(415)
                .contentType(PROBLEM);
    }

    private static Response upload(byte[] body) {
        return given().contentType("application/octet-stream").body(body).post(SETS);
    }

    /** On the data set that the sets are corruptions of. */
    private static Response submit(String set, String asked) {
        String dataset = given().contentType("application/octet-stream")
                .body(tar(DATASET))
                .post("/api/v1/datasets")
                .path("artifact.id");
        return given().contentType(ContentType.JSON)
                .body("{\"dataset\": {\"source\": \"uploaded\", \"artifact\": \"" + dataset
                        + "\"}, \"training\": {\"evaluation\": {\"corruptions\": {\"published\": \"" + set + "\", "
                        + asked + "}}}}")
                .post("/api/v1/jobs");
    }

    private static byte[] arrays(LabeledImages images) {
        return TinyCorruptions.arrays(
                Map.of("fog", Collections.nCopies(5, images), "snow", Collections.nCopies(5, images)));
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

    private static byte[] gzip(byte[] content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static byte[] png(int side) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB), "png", bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
