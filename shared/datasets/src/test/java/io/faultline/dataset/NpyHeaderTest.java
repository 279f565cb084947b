package io.faultline.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.faultline.recipe.Seed;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NpyHeaderTest {
    @Test
    void readsWhatNumPyWrites() {
        // Given: numpy.save of zeros((10, 2, 2, 3), uint8), NumPy 2.4.6
        String literal = "{'descr': '|u1', 'fortran_order': False, 'shape': (10, 2, 2, 3), }";
        byte[] file = Npy.withHeader(literal, new byte[120]);
        // When
        NpyHeader header = NpyHeader.of("a.npy", file, file.length);
        // Then
        assertThat(file).hasSize(128 + 120);
        assertThat(header).isEqualTo(new NpyHeader(NpyHeader.Type.UINT8, List.of(10L, 2L, 2L, 3L), 128));
    }

    @ParameterizedTest
    @CsvSource({
        "|u1, 200, 200",
        "|i1, 200, -56",
        "<u2, 65535, 65535",
        "<i2, 65535, -1",
        "<u4, 4294967295, 4294967295",
        "<i4, 4294967295, -1",
        "<i8, -7, -7"
    })
    void readsWholeNumbers(String descr, long bits, long expected) {
        // Given
        int bytes = descr.charAt(2) - '0';
        byte[] number = Arrays.copyOf(
                ByteBuffer.allocate(8)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(bits)
                        .array(),
                bytes);
        byte[] file = Npy.file(descr, "(1,)", number);
        // When
        NpyHeader header = NpyHeader.of("a.npy", file, file.length);
        // Then
        ByteBuffer array = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(header.type().value(array, (int) header.dataOffset())).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"descr\": \"|u1\", \"shape\": (2, 1), \"fortran_order\": False}",
                "{'shape':(2,1,),'fortran_order':False,'descr':'|u1'}",
            })
    void orderQuotesAndSpacesDoNotMatter(String literal) {
        byte[] file = Npy.withHeader(literal, new byte[2]);
        assertThat(NpyHeader.of("a.npy", file, file.length).shape()).containsExactly(2L, 1L);
    }

    @Test
    void laterFormatsHaveLongerLengths() {
        byte[] literal =
                "{'descr': '|u1', 'fortran_order': False, 'shape': (), }".getBytes(StandardCharsets.ISO_8859_1);
        ByteBuffer file = ByteBuffer.allocate(12 + literal.length + 1).order(ByteOrder.LITTLE_ENDIAN);
        file.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 2, 0}).putInt(literal.length);
        file.put(literal).put((byte) 9);
        assertThat(NpyHeader.of("a.npy", file.array(), file.capacity()).shape()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'descr': '|u1', 'fortran_order': True, 'shape': (2,), } ~ is in Fortran order",
                "{'descr': '>u2', 'fortran_order': False, 'shape': (1,), } ~ holds numbers of type '>u2'",
                "{'descr': '|O', 'fortran_order': False, 'shape': (2,), } ~ holds numbers of type '|O'",
                "{'descr': [('a', '|u1')], 'fortran_order': False, 'shape': (2,), } ~ something else where a string",
                "{'descr': '|u1', 'fortran_order': 0, 'shape': (2,), } ~ something else where True or False",
                "{'descr': '|u1', 'fortran_order': False, 'shape': (2), } ~ a number in brackets for a shape",
                "{'descr': '|u1', 'fortran_order': False, 'shape': [2], } ~ something else where '(' belongs",
                "{'descr': '|u1', 'fortran_order': False, 'shape': (-2,), } ~ something else where a length",
                "{'descr': '|u1', 'fortran_order': False, 'shape': (1 2), } ~ something else where a shape",
                "{'descr': '|u1', 'fortran_order': False, 'shape': (1+1,), } ~ something else where a shape",
                "{'descr': '|u1', 'fortran_order': False, 'shape': (9999999999999999999,), } ~ where a length",
                "{'descr': '|u1', 'fortran_order': False, 'shape': (999999999999, 999999999999), } ~ says its shape is",
                "{'descr': '|u1', 'fortran_order': False, 'shape': (3,), } ~ has 2 bytes of numbers, not 3",
                "{'descr': '|u1', 'fortran_order': False, } ~ says too much or too little",
                "{'descr': '|u1', 'fortran_order': False, 'shape': (2,), 'more': '', } ~ says 'more'",
                "{'descr': '|u1', 'descr': '|u1', 'shape': (2,), } ~ says 'descr' twice",
                "{'descr': '|u1', 'fortran_order': False, 'shape': (2,), } print(1) ~ says too much or too little",
                "{'descr': '\\x7cu1', 'fortran_order': False, 'shape': (2,), } ~ a backslash",
                "__import__('os').system('true') ~ something else where '{' belongs",
                "~ something else where '{' belongs"
            })
    void refusesAndSaysWhy(String literalAndMessage) {
        String[] parts = literalAndMessage.split("~ ");
        byte[] file = Npy.withHeader(parts[0].strip(), new byte[2]);
        assertThatExceptionOfType(InvalidDatasetException.class)
                .isThrownBy(() -> NpyHeader.of("a.npy", file, file.length))
                .withMessageStartingWith("a.npy ")
                .withMessageContaining(parts[1])
                .withMessageContaining("allowed: a whole array of integers");
    }

    @Test
    void refusesWhatIsCutOffAnywhere() {
        byte[] file = Npy.file("|u1", "(2,)", new byte[2]);
        for (int length = 0; length < file.length; length++) {
            byte[] cut = Arrays.copyOf(file, length);
            assertThatExceptionOfType(InvalidDatasetException.class)
                    .describedAs("%d bytes", length)
                    .isThrownBy(() -> NpyHeader.of("a.npy", cut, cut.length));
        }
    }

    @Test
    void aDamagedHeaderIsReadOrRefusedAndNothingElse() {
        // Given
        SplittableRandom random = Seed.of(1).generator();
        byte[] file = Npy.file("|u1", "(5, 2, 2, 3)", new byte[60]);
        String interesting = "{}()[]'\",:\\ \n0123456789TFu|<>ile-\0\u00ff";
        int refused = 0;
        for (int round = 0; round < 50_000; round++) {
            byte[] damaged = file.clone();
            int changes = 1 + random.nextInt(4);
            for (int change = 0; change < changes; change++) {
                int place = random.nextInt(128);
                damaged[place] = random.nextBoolean()
                        ? (byte) random.nextInt()
                        : (byte) interesting.charAt(random.nextInt(interesting.length()));
            }
            // When
            try {
                NpyHeader header = NpyHeader.of("a.npy", damaged, damaged.length);
                // Then
                long size = header.shape().stream().reduce((long) header.type().bytes(), Math::multiplyExact);
                assertThat(size).isEqualTo(damaged.length - header.dataOffset());
            } catch (InvalidDatasetException e) {
                refused++;
            }
        }
        assertThat(refused).isBetween(10_000, 49_999);
    }
}
