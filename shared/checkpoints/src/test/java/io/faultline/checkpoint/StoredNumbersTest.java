package io.faultline.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StoredNumbersTest {
    private static final int ALL_SHORTS = 1 << Short.SIZE;

    @Test
    void everyHalfIsTheFractionThatIeee754Says() {
        // Given
        ByteBuffer stored = ByteBuffer.allocate(2 * ALL_SHORTS).order(ByteOrder.LITTLE_ENDIAN);
        for (int bits = 0; bits < ALL_SHORTS; bits++) {
            stored.putShort((short) bits);
        }
        // When
        float[] values = floats(StoredNumbers.F16, stored.array(), ByteOrder.LITTLE_ENDIAN);
        // Then
        for (int bits = 0; bits < ALL_SHORTS; bits++) {
            int exponent = bits >> 10 & 31;
            double fraction = (bits & 1023) / 1024.0;
            double magnitude = exponent == 31
                    ? fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN
                    : exponent == 0 ? Math.scalb(fraction, -14) : Math.scalb(1 + fraction, exponent - 15);
            // boxed, since == says no to two NaNs
            Float expected = (float) (bits >= 1 << 15 ? -magnitude : magnitude);
            assertThat(Float.valueOf(values[bits])).isEqualTo(expected);
        }
    }

    @Test
    void aBrainFloatIsTheUpperHalfOfAFloat() {
        // Given
        ByteBuffer stored = ByteBuffer.allocate(2 * ALL_SHORTS).order(ByteOrder.BIG_ENDIAN);
        for (int bits = 0; bits < ALL_SHORTS; bits++) {
            stored.putShort((short) bits);
        }
        // When
        byte[] decoded = StoredNumbers.BF16.decode(stored.array(), ByteOrder.BIG_ENDIAN);
        // Then
        ByteBuffer bits = ByteBuffer.wrap(decoded).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < ALL_SHORTS; i++) {
            assertThat(bits.getInt()).isEqualTo(i << 16);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0.1, 0.1",
        // halfway between two floats: to the even one
        "0x1.000001p0, 1",
        "0x1.000003p0, 0x1.000004p0",
        "1e-60, 0",
        "-Infinity, -Infinity",
        "NaN, NaN"
    })
    void aDoubleIsRoundedToTheNearestFloat(String stored, String expected) {
        // Given
        byte[] bytes = ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putDouble(Double.parseDouble(stored))
                .array();
        // When
        float[] values = floats(StoredNumbers.F64, bytes, ByteOrder.LITTLE_ENDIAN);
        // Then
        assertThat(values).containsExactly(Float.parseFloat(expected));
    }

    @ParameterizedTest
    @ValueSource(doubles = {3.5e38, -1e300})
    void aFiniteDoubleDoesNotBecomeInfinite(double stored) {
        // Given
        byte[] bytes = ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putDouble(stored)
                .array();
        // Then
        assertThatExceptionOfType(InvalidCheckpointException.class)
                .isThrownBy(() -> StoredNumbers.F64.decode(bytes, ByteOrder.LITTLE_ENDIAN))
                .withMessageContaining("beyond float32");
    }

    @ParameterizedTest
    @CsvSource({"I64, 8, 72057594037927936", "I32, 4, 16777216", "I16, 2, 256", "I8, 1, 1", "U8, 1, 1", "BOOL, 1, 1"})
    void wholeNumbersOfBothByteOrdersAreKept(StoredNumbers numbers, int bytes, long bigEndian) {
        // Given
        byte[] stored = new byte[bytes];
        stored[0] = 1;
        // Then
        assertThat(longs(numbers, stored, ByteOrder.BIG_ENDIAN)).containsExactly(bigEndian);
        assertThat(longs(numbers, stored, ByteOrder.LITTLE_ENDIAN)).containsExactly(1);
    }

    @Test
    void theSignOfAWholeNumberIsKept() {
        byte[] ones = {-1, -1, -1, -1};

        assertThat(longs(StoredNumbers.I32, ones, ByteOrder.LITTLE_ENDIAN)).containsExactly(-1);
        assertThat(longs(StoredNumbers.I16, ones, ByteOrder.LITTLE_ENDIAN)).containsExactly(-1, -1);
        assertThat(longs(StoredNumbers.I8, ones, ByteOrder.LITTLE_ENDIAN)).containsExactly(-1, -1, -1, -1);
        assertThat(longs(StoredNumbers.U8, ones, ByteOrder.LITTLE_ENDIAN)).containsExactly(255, 255, 255, 255);
    }

    @Test
    void whatNeedsNoChangeIsNotCopied() {
        byte[] stored = new byte[8];

        assertThat(StoredNumbers.F32.decode(stored, ByteOrder.LITTLE_ENDIAN)).isSameAs(stored);
        assertThat(StoredNumbers.I64.decode(stored, ByteOrder.LITTLE_ENDIAN)).isSameAs(stored);
    }

    private static float[] floats(StoredNumbers numbers, byte[] stored, ByteOrder order) {
        byte[] decoded = numbers.decode(stored, order);
        return new Safetensors.Tensor(numbers.type(), List.of(decoded.length / 4L), decoded).floats();
    }

    private static long[] longs(StoredNumbers numbers, byte[] stored, ByteOrder order) {
        byte[] decoded = numbers.decode(stored, order);
        return new Safetensors.Tensor(numbers.type(), List.of(decoded.length / 8L), decoded).longs();
    }
}
