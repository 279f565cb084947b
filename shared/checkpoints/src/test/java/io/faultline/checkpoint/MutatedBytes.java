package io.faultline.checkpoint;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/** Damages files at random, from a seed, and watches what reading them does. */
public final class MutatedBytes {
    // what parsers stumble over: lengths and signs at their limits, in one byte and in several
    private static final List<byte[]> NASTY = List.of(
            new byte[] {0},
            new byte[] {-1},
            new byte[] {127},
            new byte[] {-128},
            new byte[] {-1, -1, -1, -1},
            new byte[] {-1, -1, -1, 127},
            new byte[] {0, 0, 0, -128},
            new byte[] {-1, -1, -1, -1, -1, -1, -1, 127},
            new byte[] {0, 0, 0, 0, 0, 0, 0, -128},
            new byte[] {0, 0, 0, 64},
            new byte[8]);
    private static final int MOST_CHANGES = 4;

    private final Random random;

    public MutatedBytes(long seed) {
        random = new Random(seed);
    }

    /**
     * Reads damaged files; only a refusal may come of it, and no more memory than a file of that size deserves.
     *
     * @param pieces that may be put in anywhere
     * @return how many files were refused
     */
    public int refusals(
            int files, List<byte[]> originals, List<byte[]> pieces, long mostBytesTaken, Consumer<byte[]> reading) {
        int refused = 0;
        for (int i = 0; i < files; i++) {
            byte[] file = damaged(originals.get(i % originals.size()), pieces);
            long before = allocated();
            try {
                reading.accept(file);
            } catch (InvalidCheckpointException expected) {
                refused++;
            } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
                throw new AssertionError("file " + i + " was neither read nor refused: " + Arrays.toString(file), e);
            }
            long taken = allocated() - before;
            if (taken > mostBytesTaken) {
                throw new AssertionError("file " + i + " of " + file.length + " bytes took " + taken + " bytes: "
                        + Arrays.toString(file));
            }
        }
        return refused;
    }

    private byte[] damaged(byte[] original, List<byte[]> pieces) {
        byte[] file = original;
        int changes = 1 + random.nextInt(MOST_CHANGES);
        for (int i = 0; i < changes; i++) {
            file = changed(file, pieces);
        }
        return file;
    }

    private byte[] changed(byte[] file, List<byte[]> pieces) {
        int at = random.nextInt(file.length + 1);
        int end = Math.min(file.length, at + 1 + random.nextInt(16));
        return switch (random.nextInt(8)) {
            case 0 -> joined(file, at, new byte[0], end);
            case 1 -> joined(file, at, Arrays.copyOfRange(file, at, end), at);
            case 2 -> Arrays.copyOf(file, at);
            case 3 -> over(file, at, NASTY.get(random.nextInt(NASTY.size())));
            case 4 -> over(file, at, new byte[] {(byte) random.nextInt()});
            case 5 -> joined(file, at, pieces.get(random.nextInt(pieces.size())), at);
            case 6 -> over(file, at, pieces.get(random.nextInt(pieces.size())));
            default ->
                at == file.length ? file : over(file, at, new byte[] {(byte) (file[at] ^ 1 << random.nextInt(8))});
        };
    }

    private static byte[] over(byte[] file, int at, byte[] piece) {
        return joined(file, at, piece, Math.min(file.length, at + piece.length));
    }

    private static byte[] joined(byte[] file, int head, byte[] middle, int tail) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        joined.write(file, 0, head);
        joined.writeBytes(middle);
        joined.write(file, tail, file.length - tail);
        return joined.toByteArray();
    }

    private static long allocated() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }
}
