package io.faultline.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.event.JobCancelled;
import io.faultline.recipe.AttackRecipe;
import io.faultline.recipe.DatasetRecipe;
import io.faultline.recipe.Seed;
import io.faultline.recipe.SyntheticDatasetRecipe;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CanonicalBytesTest {
    @Test
    void attackIsItsSortedFields() {
        assertThat(canonical(AttackRecipe.PGD_10))
                .isEqualTo("{\"epsilon\":\"8/255\",\"randomStart\":true,\"restarts\":1,\"stepSize\":\"2/255\","
                        + "\"steps\":10,\"threatModel\":\"linf\"}");
    }

    @Test
    void kindIsSortedAmongTheFields() {
        // Given
        DatasetRecipe dataset = new SyntheticDatasetRecipe(2, 1, Seed.of(9));

        // When, Then
        assertThat(canonical(dataset))
                .isEqualTo("{\"seed\":9,\"source\":\"synthetic\",\"testPerClass\":1,\"trainPerClass\":2}");
    }

    @Test
    void orderOfAMapDoesNotShow() {
        // Given
        Map<String, Object> oneWay = new LinkedHashMap<>();
        oneWay.put("b", Map.of("d", 1));
        oneWay.put("a", 0.1);
        Map<String, Object> otherWay = new LinkedHashMap<>();
        otherWay.put("a", 0.1);
        otherWay.put("b", Map.of("d", 1));

        // When, Then
        assertThat(canonical(oneWay)).isEqualTo(canonical(otherWay)).isEqualTo("{\"a\":0.1,\"b\":{\"d\":1}}");
    }

    @Test
    void numbersAndTextsKeepEveryDigitAndSign() {
        assertThat(canonical(Map.of("n", Long.MIN_VALUE))).isEqualTo("{\"n\":-9223372036854775808}");
        assertThat(canonical(Map.of("x", 0.1 + 0.2))).isEqualTo("{\"x\":0.30000000000000004}");
        assertThat(canonical(Map.of("s", "α ≤ 1\n"))).isEqualTo("{\"s\":\"α ≤ 1\\n\"}");
    }

    @Test
    void bytesOfAnotherTypeAreRefused() {
        assertThatThrownBy(
                        () -> FaultlineJson.read("{\"jobId\": 5}".getBytes(StandardCharsets.UTF_8), JobCancelled.class))
                .isInstanceOf(UncheckedIOException.class);
    }

    private static String canonical(Object value) {
        return new String(FaultlineJson.canonicalBytes(value), StandardCharsets.UTF_8);
    }
}
