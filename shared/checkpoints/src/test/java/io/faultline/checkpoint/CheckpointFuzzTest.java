package io.faultline.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class CheckpointFuzzTest {
    private static final int FILES = 12_000;
    // of a file of some kilobytes: TensorReader allows a megabyte of tensors, read and converted, to every file
    private static final long MOST_BYTES_TAKEN = 8 << 20;
    private static final List<String> ARCHIVES =
            List.of("zip", "training", "training-protocol4", "views", "half", "parameters", "integers");
    private static final List<String> LEGACY =
            List.of("legacy", "legacy-training", "legacy-views", "legacy-double", "legacy-protocol5");
    private static final List<byte[]> PROGRAM = Stream.of(
                    "\u0080\u0002",
                    "}",
                    "]",
                    ")",
                    "(",
                    "u",
                    "e",
                    "t",
                    "R",
                    "b",
                    "Q",
                    "q\0",
                    "h\0",
                    "h\1",
                    "r\u00ff\u00ff\u00ff\u00ff",
                    "\u0094",
                    "\u0093",
                    "0",
                    "1",
                    "2",
                    "N",
                    "K\0",
                    "K\u00ff",
                    "J\0\0\0\u0080",
                    "\u008a\u0008\0\0\0\0\0\0\0@",
                    "cposix\nsystem\n",
                    "ccollections\nOrderedDict\n)R",
                    "ctorch\nHalfStorage\n",
                    "ctorch\nDoubleStorage\n",
                    "ctorch._utils\n_rebuild_tensor_v2\n",
                    "X\u0007\0\0\0storage",
                    "X\3\0\0\0net",
                    "\u0085",
                    "\u0086",
                    "\u0087",
                    "PK\1\2",
                    "PK\3\4",
                    "PK\5\6",
                    "\u0095\0\0\0\0\0\0\0\u0001",
                    "]q\0h\0a",
                    "}q\0X\3\0\0\0neth\0s")
            .map(text -> text.getBytes(StandardCharsets.ISO_8859_1))
            .toList();

    @Test
    void aDamagedArchiveIsReadOrRefused() {
        // When
        int refused =
                new MutatedBytes(1).refusals(FILES, files(ARCHIVES), PROGRAM, MOST_BYTES_TAKEN, CheckpointFile::read);
        // Then
        assertThat(refused).isBetween(FILES / 2, FILES - 1);
    }

    @Test
    void aDamagedPickleInAWholeArchiveIsReadOrRefused() {
        // Given
        List<Map<String, byte[]>> archives =
                files(ARCHIVES).stream().map(CheckpointFuzzTest::entries).toList();
        int[] next = {0};
        List<byte[]> pickles = new ArrayList<>();
        archives.forEach(entries -> pickles.add(entries.get("data.pkl")));
        // When
        int refused = new MutatedBytes(2).refusals(FILES, pickles, PROGRAM, MOST_BYTES_TAKEN, damaged -> {
            Map<String, byte[]> entries = archives.get(next[0]++ % archives.size());
            CheckpointFile.read(archive(entries, damaged));
        });
        // Then
        assertThat(refused).isBetween(FILES / 2, FILES - 1);
    }

    @Test
    void aDamagedLegacyFileIsReadOrRefused() {
        // When
        int refused =
                new MutatedBytes(3).refusals(FILES, files(LEGACY), PROGRAM, MOST_BYTES_TAKEN, CheckpointFile::read);
        // Then
        assertThat(refused).isBetween(FILES / 2, FILES - 1);
    }

    private static List<byte[]> files(List<String> names) {
        return names.stream()
                .map(name -> CheckpointSamples.bytes("good/" + name + ".pth"))
                .toList();
    }

    private static Map<String, byte[]> entries(byte[] file) {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        try {
            ByteSource source = ByteSource.of(file);
            for (StoredZip.Entry entry :
                    StoredZip.read(source, names -> {}).entries().values()) {
                String name = entry.name().substring(entry.name().indexOf('/') + 1);
                entries.put(name, source.read(entry.position(), (int) entry.size()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return entries;
    }

    /** The archive with another pickle, its table and checksums in order. */
    private static byte[] archive(Map<String, byte[]> entries, byte[] pickle) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        StoredZipWriter zip = new StoredZipWriter(out);
        try {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                zip.add("archive/" + entry.getKey(), entry.getKey().equals("data.pkl") ? pickle : entry.getValue());
            }
            zip.finish();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
