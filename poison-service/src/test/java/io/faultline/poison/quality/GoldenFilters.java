package io.faultline.poison.quality;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;

/** The entries behind {@code NumpySeededFilters}, which tells them to nobody, read from NumPy's own. */
public final class GoldenFilters {
    private static final int CLASSES = 10;

    private GoldenFilters() {}

    /**
     * The ten filters of a seed (0, 1, 42 or 2³² − 1) as the convolution holds them, float32.
     *
     * @param kernelSize 3 or 5 (p_b = 0.3), or 9 (p_b = 0.06)
     */
    public static List<double[]> read(int kernelSize, long seed) {
        List<String> lines;
        try (InputStream in = GoldenFilters.class.getResourceAsStream("/golden/filters-k" + kernelSize + ".txt")) {
            lines = new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        int start = lines.indexOf("seed " + seed) + 1;
        int entries = kernelSize * kernelSize;
        return IntStream.range(0, CLASSES)
                .mapToObj(label -> lines.subList(start + label * entries, start + (label + 1) * entries).stream()
                        .mapToDouble(line -> Float.intBitsToFloat((int) Long.parseLong(line.split(" ")[1], 16)))
                        .toArray())
                .toList();
    }
}
