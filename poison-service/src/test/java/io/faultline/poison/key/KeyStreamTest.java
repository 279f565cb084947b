package io.faultline.poison.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class KeyStreamTest {
    private static final byte[] KEY = new byte[32];
    private static final byte[] INFO = {7};

    @Test
    void doublesAreTheTop53BitsOfTheExpansion() {
        // Given
        long first = ByteBuffer.wrap(HkdfSha256.expand(KEY, new byte[] {7, 0, 0, 0, 0}, 8))
                .getLong();

        // When
        double drawn = new KeyStream(KEY, INFO).nextDouble();

        // Then
        assertThat(drawn).isEqualTo((first >>> 11) / 9007199254740992.0);
    }

    @Test
    void theStreamGoesOnBeyondOneExpansion() {
        // Given
        KeyStream stream = new KeyStream(KEY, INFO);
        long beyond = ByteBuffer.wrap(HkdfSha256.expand(KEY, new byte[] {7, 0, 0, 0, 1}, 8))
                .getLong();

        // When
        IntStream.range(0, HkdfSha256.LONGEST / Long.BYTES).forEach(i -> stream.nextDouble());

        // Then
        assertThat(stream.nextDouble()).isEqualTo((beyond >>> 11) / 9007199254740992.0);
    }

    @Test
    void wholeNumbersAreUniformBelowTheBound() {
        // Given: 9000 draws below 9, standard deviation of a count about 30
        KeyStream stream = new KeyStream(KEY, INFO);
        int[] counts = new int[9];

        // When
        IntStream.range(0, 9000).forEach(i -> counts[stream.nextBelow(9)]++);

        // Then
        assertThat(IntStream.of(counts)).allMatch(count -> Math.abs(count - 1000) <= 5 * 30);
    }

    @Test
    void aBoundOfZeroIsRefused() {
        assertThatThrownBy(() -> new KeyStream(KEY, INFO).nextBelow(0)).hasMessage("bound is 0; expected at least 1");
    }
}
