package io.faultline.dataset;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * How a camera was held, as EXIF says it (tag 0x0112, values 1 to 8): a viewer turns the stored pixels by it, so a reader of
 * training images must too, or a network learns sideways faces.
 *
 * <p>Only the first directory is looked at and nothing in it is followed, so that directories in a ring, or places far outside,
 * cost nothing. An EXIF block that is damaged, or says another value, says nothing: the pixels stay as they lie. That is what
 * viewers do, and widely used sets hold such files.
 */
enum Orientation {
    UPRIGHT,
    MIRRORED,
    TURNED_HALF,
    MIRRORED_TURNED_HALF,
    TRANSPOSED,
    TURNED_RIGHT,
    TRANSVERSED,
    TURNED_LEFT;

    private static final byte[] EXIF = {'E', 'x', 'i', 'f', 0, 0};
    private static final int TIFF = 42;
    private static final int TAG = 0x0112;
    private static final int TYPE_SHORT = 3;
    private static final int ENTRY_BYTES = 12;

    /** Whether a JPEG's application segment, or a PNG's chunk, begins as an EXIF block does. */
    static boolean isExif(ByteBuffer block) {
        return block.remaining() >= EXIF.length
                && block.slice(block.position(), EXIF.length).equals(ByteBuffer.wrap(EXIF));
    }

    /**
     * What an EXIF block says.
     *
     * @param block TIFF's header and what follows, with or without {@code Exif\0\0} before it
     */
    static Orientation of(ByteBuffer block) {
        int start = block.position() + (isExif(block) ? EXIF.length : 0);
        try {
            return ofTiff(block.slice(start, block.limit() - start));
        } catch (BufferUnderflowException | IndexOutOfBoundsException | IllegalArgumentException damaged) {
            // by the class's contract, not by accident: a place outside the block says nothing of the pixels
            return UPRIGHT;
        }
    }

    private static Orientation ofTiff(ByteBuffer tiff) {
        int order = tiff.getShort(0);
        if (order != 0x4949 && order != 0x4D4D) {
            return UPRIGHT;
        }
        tiff.order(order == 0x4949 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        if (tiff.getShort(2) != TIFF) {
            return UPRIGHT;
        }
        tiff.position(tiff.getInt(4));
        int entries = tiff.getShort() & 0xFFFF;
        for (int i = 0; i < entries; i++) {
            int entry = tiff.position();
            if ((tiff.getShort(entry) & 0xFFFF) == TAG) {
                int value = tiff.getShort(entry + 8) & 0xFFFF;
                boolean said = tiff.getShort(entry + 2) == TYPE_SHORT && value >= 1 && value <= values().length;
                return said ? values()[value - 1] : UPRIGHT;
            }
            tiff.position(entry + ENTRY_BYTES);
        }
        return UPRIGHT;
    }

    /** The image as a viewer shows it; where nothing is to be turned, the same image. */
    RgbImage upright(RgbImage stored) {
        if (this == UPRIGHT) {
            return stored;
        }
        int h = stored.height();
        int w = stored.width();
        // the stored pixel of the shown place (y, x) is from + y·down + x·right
        return switch (this) {
            case UPRIGHT -> stored;
            case MIRRORED -> shown(stored, h, w, w - 1, w, -1);
            case TURNED_HALF -> shown(stored, h, w, h * w - 1, -w, -1);
            case MIRRORED_TURNED_HALF -> shown(stored, h, w, (h - 1) * w, -w, 1);
            case TRANSPOSED -> shown(stored, w, h, 0, 1, w);
            case TURNED_RIGHT -> shown(stored, w, h, (h - 1) * w, 1, -w);
            case TRANSVERSED -> shown(stored, w, h, h * w - 1, -1, -w);
            case TURNED_LEFT -> shown(stored, w, h, w - 1, -1, w);
        };
    }

    private static RgbImage shown(RgbImage stored, int height, int width, int from, int down, int right) {
        byte[] in = stored.pixels();
        byte[] out = new byte[in.length];
        int to = 0;
        for (int y = 0; y < height; y++) {
            int place = 3 * (from + y * down);
            for (int x = 0; x < width; x++) {
                out[to++] = in[place];
                out[to++] = in[place + 1];
                out[to++] = in[place + 2];
                place += 3 * right;
            }
        }
        return new RgbImage(height, width, out);
    }
}
