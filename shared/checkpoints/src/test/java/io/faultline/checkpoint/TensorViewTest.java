package io.faultline.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TensorViewTest {
    private static final int VIEWS = 200;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void slicedAndTransposedTensorsKeepTheirNumbers(long seed) throws IOException {
        Random random = new Random(seed);
        for (int i = 0; i < VIEWS; i++) {
            // Given: a random block of a larger tensor, stepped over and with its dimensions in another order
            int rank = random.nextInt(5);
            List<Long> shape = new ArrayList<>();
            List<Long> strides = new ArrayList<>();
            long stride = 1;
            long offset = 0;
            for (int dimension = 0; dimension < rank; dimension++) {
                int step = 1 + random.nextInt(3);
                int extent = 1 + random.nextInt(4);
                int begin = random.nextInt(3);
                shape.add((long) extent);
                strides.add(stride * step);
                offset += begin * stride;
                stride *= begin + (long) extent * step + random.nextInt(2);
            }
            long shuffle = random.nextLong();
            Collections.shuffle(shape, new Random(shuffle));
            Collections.shuffle(strides, new Random(shuffle));
            long[] numbers = random.longs(stride).toArray();
            ByteBuffer file = ByteBuffer.allocate(numbers.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            file.asLongBuffer().put(numbers);
            TensorView view =
                    new TensorView(new Pickled.Storage(StoredNumbers.I64, "0", numbers.length), offset, shape, strides);
            // When
            TorchPickle pickle = new TorchPickle(
                    new Pickled.None(),
                    ByteOrder.LITTLE_ENDIAN,
                    Map.of("0", new StoredZip.Entry("0", 0, file.capacity(), StoredZip.Entry.UNCHECKED)));
            Safetensors.Tensor read = new TensorReader(ByteSource.of(file.array()), pickle).read(view);
            // Then
            List<Long> expected = new ArrayList<>();
            collect(numbers, offset, shape, strides, 0, expected);
            assertThat(read.longs())
                    .containsExactly(expected.stream().mapToLong(n -> n).toArray());
            assertThat(read.shape()).isEqualTo(shape);
        }
    }

    /** The definition, dimension by dimension. */
    private static void collect(
            long[] numbers, long at, List<Long> shape, List<Long> strides, int dimension, List<Long> into) {
        if (dimension == shape.size()) {
            into.add(numbers[(int) at]);
            return;
        }
        for (int i = 0; i < shape.get(dimension); i++) {
            collect(numbers, at + i * strides.get(dimension), shape, strides, dimension + 1, into);
        }
    }
}
