package io.faultline.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.faultline.event.JobEvent;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The wire form of every event, report and answer, as it was first published. A file here is never changed, only added to:
 * a reader of an older version must find what it knows, and an older record must still be read.
 */
class GoldenFilesTest {
    private static final Map<String, Object> SAMPLES = WireSamples.byFile();

    static Stream<String> files() {
        return SAMPLES.keySet().stream().sorted();
    }

    @ParameterizedTest
    @MethodSource("files")
    void valueIsWrittenAsItsGoldenFile(String file) throws IOException {
        // When
        byte[] written = FaultlineJson.mapper().writeValueAsBytes(SAMPLES.get(file));

        // Then
        assertThat(tree(written)).isEqualTo(tree(golden(file)));
    }

    @ParameterizedTest
    @MethodSource("files")
    void goldenFileIsReadAsItsValue(String file) {
        // When
        Object read = FaultlineJson.read(golden(file), SAMPLES.get(file).getClass());

        // Then
        assertThat(read).isEqualTo(SAMPLES.get(file));
    }

    @ParameterizedTest
    @MethodSource("files")
    void fieldOfALaterVersionIsPassedOver(String file) throws IOException {
        // Given
        ObjectNode later = (ObjectNode) tree(golden(file));
        later.put("fieldOfALaterVersion", 7);

        // When
        Object read = FaultlineJson.read(
                FaultlineJson.mapper().writeValueAsBytes(later),
                SAMPLES.get(file).getClass());

        // Then
        assertThat(read).isEqualTo(SAMPLES.get(file));
    }

    @Test
    void everyEventHasAGoldenFile() {
        // Given
        Stream<Class<?>> events = Stream.of(JobEvent.class.getPermittedSubclasses())
                .flatMap(type -> type.isSealed() ? Stream.of(type.getPermittedSubclasses()) : Stream.of(type));

        // When, Then
        assertThat(SAMPLES.values().stream().map(Object::getClass).collect(Collectors.toSet()))
                .containsAll(events.collect(Collectors.toSet()));
    }

    @ParameterizedTest
    @MethodSource("files")
    void canonicalBytesAreSortedTextWithoutSpace(String file) throws IOException {
        // When
        String text = new String(FaultlineJson.canonicalBytes(SAMPLES.get(file)), StandardCharsets.UTF_8);

        // Then
        assertThat(text).doesNotContain("\n", "\": ", ", \"");
        assertSorted(tree(text.getBytes(StandardCharsets.UTF_8)));
        assertThat(tree(text.getBytes(StandardCharsets.UTF_8))).isEqualTo(tree(golden(file)));
    }

    private static void assertSorted(JsonNode node) {
        List<String> names = new ArrayList<>();
        node.fieldNames().forEachRemaining(names::add);
        assertThat(names).isSorted();
        node.forEach(GoldenFilesTest::assertSorted);
    }

    private static JsonNode tree(byte[] json) throws IOException {
        return new ObjectMapper().readTree(json);
    }

    private static byte[] golden(String file) {
        try (InputStream in = GoldenFilesTest.class.getResourceAsStream("/golden/" + file)) {
            assertThat(in).as("golden file " + file).isNotNull();
            return in.readAllBytes();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
