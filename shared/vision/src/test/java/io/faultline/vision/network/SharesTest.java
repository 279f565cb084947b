package io.faultline.vision.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SharesTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "128 | 2 | 64 64",
                "10 | 3 | 4 3 3",
                "11 | 4 | 3 3 3 2",
                "7 | 4 | 3 2 2", // a fourth would have one image, of which a batch norm has no statistics
                "3 | 4 | 3",
                "1 | 2 | 1",
                "5 | 1 | 5"
            })
    void areEvenAndOfTwoImagesAtLeast(int images, int devices, String expected) {
        // Given
        List<Integer> counts =
                Arrays.stream(expected.split(" ")).map(Integer::valueOf).toList();
        // When
        Shares shares = Shares.of(images, devices);
        // Then
        assertThat(shares.images()).isEqualTo(counts);
        assertThat(shares.fraction(0)).isEqualTo(counts.get(0) / (double) images);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"10 | 3 | 4 7", "5 | 1 | ''"})
    void areCutWhereTheNextOneStarts(int images, int devices, String expected) {
        long[] places = Arrays.stream(expected.split(" "))
                .filter(place -> !place.isEmpty())
                .mapToLong(Long::parseLong)
                .toArray();
        assertThat(Shares.of(images, devices).cuts()).isEqualTo(places);
    }
}
