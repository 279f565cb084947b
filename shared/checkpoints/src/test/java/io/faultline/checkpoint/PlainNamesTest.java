package io.faultline.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlainNamesTest {
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "plain | conv.w bn.w | conv.w bn.w | '' | ''",
                "wrapped | module.conv.w module.bn.w | conv.w bn.w | module. | ''",
                "wrapped twice | module.model.conv.w module.model.bn.w | conv.w bn.w | module.model. | ''",
                "one name without the prefix | module.conv.w bn.w | module.conv.w bn.w | '' | ''",
                "a prefix that is a whole name | model. model.w | model. model.w | '' | ''",
                "a network of one layer | 0.w 0.b | 0.w 0.b | '' | ''",
                "a Sequential with one network | 0.conv.w 0.cls | conv.w cls | 0. | ''",
                "buffers beside a model | mean std model.conv.w | conv.w | model. | mean std",
                "buffers of a normaliser | normalize.mean normalize.std conv.w | conv.w | '' | normalize.mean normalize.std",
                "buffers inside | module.mu module.sigma module.conv.w | conv.w | module. | module.mu module.sigma",
                "half of a pair | mean conv.w | mean conv.w | '' | ''",
                "buffers twice | mean std 0.mean 0.std 1.conv.w | 0.mean 0.std 1.conv.w | '' | mean std"
            })
    void wrappersComeOffIfEveryNameHasThem(
            String what, String names, String plain, String prefixes, String normalization) {
        // Given
        Map<String, Safetensors.Tensor> tensors = new LinkedHashMap<>();
        for (String name : names.split(" ")) {
            tensors.put(name, Safetensors.Tensor.of(new float[3], List.of(3L)));
        }
        // When
        PlainNames found = PlainNames.of(tensors);
        // Then
        assertThat(String.join(" ", found.tensors().keySet())).isEqualTo(plain);
        assertThat(String.join("", found.prefixes())).isEqualTo(prefixes);
        assertThat(String.join(" ", found.normalization().keySet())).isEqualTo(normalization);
    }
}
