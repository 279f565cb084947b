package io.faultline.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.faultline.artifact.ArtifactId;
import io.faultline.artifact.ArtifactKind;
import io.faultline.artifact.ArtifactRef;
import io.faultline.dataset.CorruptedImages;
import io.faultline.dataset.CorruptedSummary;
import io.faultline.dataset.LabeledImages;
import io.faultline.job.UploadedCorruptionSet;
import io.faultline.json.FaultlineJson;
import io.faultline.recipe.Seed;
import io.faultline.testkit.TinyCorruptions;
import io.faultline.testkit.TinyImages;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code submit --corruptions} against a gateway that only listens. */
class SubmittedCorruptionsTest {
    private static final ArtifactId ID = new ArtifactId("e".repeat(64));
    private static final LabeledImages IMAGES =
            TinyImages.twoClasses(Seed.of(1), 1, 2, 8).test();

    @TempDir
    Path directory;

    private final StringWriter errors = new StringWriter();
    private final AtomicReference<byte[]> archive = new AtomicReference<>();
    private final AtomicReference<byte[]> recipe = new AtomicReference<>();
    private HttpServer gateway;

    @BeforeEach
    void listen() throws IOException {
        gateway = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        gateway.createContext("/api/v1/corruption-sets", exchange -> {
            archive.set(exchange.getRequestBody().readAllBytes());
            answer(
                    exchange,
                    201,
                    FaultlineJson.canonicalBytes(new UploadedCorruptionSet(
                            new ArtifactRef(ArtifactKind.CORRUPTIONS_SOURCE, ID, archive.get().length),
                            "ARRAYS",
                            List.of(),
                            2,
                            List.of(),
                            8,
                            8)));
        });
        gateway.createContext("/api/v1/jobs", exchange -> {
            recipe.set(exchange.getRequestBody().readAllBytes());
            answer(exchange, 400, "{\"detail\": \"seen\"}".getBytes(StandardCharsets.UTF_8));
        });
        gateway.start();
    }

    @AfterEach
    void stop() {
        gateway.stop(0);
    }

    @Test
    void aTarGoesAsItIsAndItsIdIntoTheTraining() throws IOException {
        // Given
        byte[] set = TinyCorruptions.arrays(Map.of("fog", Collections.nCopies(5, IMAGES)));
        Path tar = Files.write(directory.resolve("set.tar"), set);

        // When
        submit("{\"training\": {\"evaluation\": {\"corruptions\": {\"severities\": [1]}}}, \"rift\": {}}", tar);

        // Then
        assertThat(archive.get()).isEqualTo(set);
        assertThat(posted())
                .isEqualTo(
                        tree("{\"training\": {\"evaluation\": {\"corruptions\": {\"severities\": [1], \"published\": \""
                                + ID + "\"}}}, \"rift\": {}}"));
    }

    @Test
    void aZipGoesAsATarAndItsIdIntoTheRefinementToo() throws IOException {
        // Given
        Path zip = directory.resolve("set.zip");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
            put(out, "labels.npy", TinyCorruptions.npy("(5,)", new byte[5]));
            put(out, "fog.npy", TinyCorruptions.npy("(5, 1, 1, 3)", new byte[15]));
        }

        // When
        submit("{\"training\": {}, \"rift\": {\"evaluation\": {\"corruptions\": {}}}}", zip);

        // Then
        CorruptedSummary sent = CorruptedImages.inspect(Files.write(directory.resolve("sent"), archive.get()));
        assertThat(sent.corruptions())
                .extracting(CorruptedSummary.Corruption::name)
                .containsExactly("fog");
        String named = "{\"evaluation\": {\"corruptions\": {\"published\": \"" + ID + "\"}}}";
        assertThat(posted()).isEqualTo(tree("{\"training\": " + named + ", \"rift\": " + named + "}"));
    }

    @Test
    void whatIsNoSetIsRefusedBeforeAnythingIsSent() throws IOException {
        Files.writeString(directory.resolve("README"), "no set");

        submit("{\"training\": {}}", directory);

        assertThat(errors.toString()).contains("corruption set " + directory, "neither labels.npy nor an image");
        assertThat(archive.get()).isNull();
        assertThat(recipe.get()).isNull();
    }

    @Test
    void aRecipeWithoutTrainingIsRefusedBeforeAnythingIsSent() throws IOException {
        byte[] set = TinyCorruptions.arrays(Map.of("fog", Collections.nCopies(5, IMAGES)));

        submit("{}", Files.write(directory.resolve("set.tar"), set));

        assertThat(errors.toString()).contains("the recipe has no training");
        assertThat(archive.get()).isNull();
    }

    private void submit(String json, Path set) throws IOException {
        Path file = Files.writeString(directory.resolve("recipe.json"), json);
        CommandLine command = Faultline.commandLine();
        command.setErr(new PrintWriter(errors, true));
        int code = command.execute(
                "submit",
                "--home",
                directory.resolve("home").toString(),
                "--url",
                "http://127.0.0.1:" + gateway.getAddress().getPort(),
                "--corruptions",
                set.toString(),
                file.toString());
        assertThat(code).isEqualTo(Faultline.FAILED);
    }

    private JsonNode posted() throws IOException {
        assertThat(recipe.get()).as("%s", errors).isNotNull();
        return FaultlineJson.mapper().readTree(recipe.get());
    }

    private static JsonNode tree(String json) throws IOException {
        return FaultlineJson.mapper().readTree(json);
    }

    private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(content);
        zip.closeEntry();
    }

    private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }
}
