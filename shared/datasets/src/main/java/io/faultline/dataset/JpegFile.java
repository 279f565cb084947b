package io.faultline.dataset;

import java.nio.ByteBuffer;

/**
 * A JPEG file (ITU-T T.81, annex B), taken apart up to its end marker before a decoder sees it: the platform's decoder
 * allocates before it can be asked, fills what a truncated file lacks with grey, and lets thumbnails, profiles and unknown
 * colour transforms change or refuse its answer.
 *
 * <p>What is left for it, {@link #stripped}, are tables, frame and scans behind one marker that says how the samples mean
 * colour; so neither metadata nor another decoder's taste can change a pixel.
 */
final class JpegFile {
    /** How the samples of a pixel become red, green and blue. */
    enum Colour {
        GREY,
        YCC,
        RGB,
        /** Ink, stored as its absence, 255 − ink, as Adobe's products write it and all viewers read it. */
        CMYK,
        /** The same with C, M, Y as YCbCr. */
        YCCK
    }

    private static final int START = 0xD8;
    private static final int END = 0xD9;
    private static final int SCAN = 0xDA;
    private static final int ADOBE_NO_TRANSFORM = 0;
    private static final int ADOBE_YCCK = 2;
    private static final int BLOCK = 8;
    /** A progressive JPEG has about ten; each costs a walk over the whole image however few bytes it has. */
    private static final int MOST_SCANS = 100;

    private static final byte[] JFIF = {'J', 'F', 'I', 'F', 0};
    private static final byte[] ADOBE = {'A', 'd', 'o', 'b', 'e'};
    /** JFIF 1.01 without a thumbnail: three channels are YCbCr. */
    private static final byte[] JFIF_SEGMENT = {
        (byte) 0xFF, (byte) 0xE0, 0, 16, 'J', 'F', 'I', 'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0
    };

    private final String name;
    private final byte[] bytes;
    private final ByteBuffer kept;

    private Frame frame;
    private Colour colour;
    private boolean jfif;
    private int adobeTransform = -1;
    private Orientation orientation;
    private int scans;
    private long codedBytes;

    private JpegFile(String name, byte[] bytes) {
        this.name = name;
        this.bytes = bytes;
        // start, end and the longest marker for the colour; all else is copied from the file
        this.kept = ByteBuffer.allocate(bytes.length + JFIF_SEGMENT.length + 4);
    }

    /** @param ids of the channels, which stand for colours where no marker does */
    private record Frame(int marker, int height, int width, int[] ids, int[] across, int[] down) {
        int channels() {
            return ids.length;
        }

        boolean isProgressive() {
            return marker == 0xC2;
        }

        /** Blocks of 8×8 samples of all channels, without the padding of interleaved scans. */
        long blocks() {
            int widest = java.util.Arrays.stream(across).max().orElseThrow();
            int highest = java.util.Arrays.stream(down).max().orElseThrow();
            long blocks = 0;
            for (int i = 0; i < channels(); i++) {
                blocks += (long) ceil(width * across[i], BLOCK * widest) * ceil(height * down[i], BLOCK * highest);
            }
            return blocks;
        }

        private static int ceil(int value, int divisor) {
            return (value + divisor - 1) / divisor;
        }
    }

    static boolean hasSignature(byte[] bytes) {
        return bytes.length >= 3
                && (bytes[0] & 0xFF) == 0xFF
                && (bytes[1] & 0xFF) == START
                && (bytes[2] & 0xFF) == 0xFF;
    }

    /** @throws InvalidDatasetException if the file is cut off, or of a kind that is not decoded */
    static JpegFile of(String name, byte[] bytes) {
        JpegFile file = new JpegFile(name, bytes);
        file.readToEnd();
        return file;
    }

    String name() {
        return name;
    }

    /** In pixels, as stored. */
    int height() {
        return frame.height();
    }

    /** In pixels, as stored. */
    int width() {
        return frame.width();
    }

    Colour colour() {
        return colour;
    }

    Orientation orientation() {
        return orientation == null ? Orientation.UPRIGHT : orientation;
    }

    /** The file without anything but what its pixels are made of. */
    ByteBuffer stripped() {
        return kept.asReadOnlyBuffer().flip();
    }

    /**
     * Every block takes a bit of a progressive JPEG at least (its first coefficient), and two of another (the end of the block
     * too); so a small file that claims a huge image is found out before memory is taken for it.
     *
     * @throws InvalidDatasetException if the scans are too short to hold the image that the header promises
     */
    void refuseUnlessFilled() {
        long fewestBits = frame.blocks() * (frame.isProgressive() ? 1 : 2);
        if (8 * codedBytes < fewestBits) {
            throw refused("has " + codedBytes + " bytes of pixels where " + height() + "×" + width() + " take at least "
                    + fewestBits / 8);
        }
    }

    private void readToEnd() {
        kept.put((byte) 0xFF).put((byte) START);
        int place = 2;
        while (true) {
            place = nextMarker(place);
            int marker = at(place + 1);
            place += 2;
            if (marker == END) {
                if (scans == 0) {
                    throw refused("ends before its pixels begin");
                }
                kept.put((byte) 0xFF).put((byte) END);
                return;
            }
            boolean standsAlone = marker == 0x01 || marker >= 0xD0 && marker <= 0xD7;
            if (!standsAlone) {
                int length = place + 2 <= bytes.length ? at(place) << 8 | at(place + 1) : 0;
                if (place + 2 > bytes.length || place + length > bytes.length) {
                    throw refused(scans == 0 ? "ends before its pixels begin" : "ends in the middle of its pixels");
                }
                if (length < 2) {
                    throw refused("has a segment of " + length + " bytes at byte " + (place - 2));
                }
                place = segment(marker, place, length);
            }
        }
    }

    /** Where the next marker begins; bytes between two segments are passed over, as every decoder does. */
    private int nextMarker(int from) {
        int place = from;
        while (place + 1 < bytes.length && (at(place) != 0xFF || at(place + 1) == 0xFF || at(place + 1) == 0)) {
            place++;
        }
        if (place + 1 >= bytes.length) {
            throw refused(scans == 0 ? "ends before its pixels begin" : "ends in the middle of its pixels");
        }
        return place;
    }

    /** Takes in a segment whose length stands at {@code place}; answers where what follows it begins. */
    private int segment(int marker, int place, int length) {
        ByteBuffer content = ByteBuffer.wrap(bytes, place + 2, length - 2).slice();
        int after = place + length;
        switch (marker) {
            case 0xC0, 0xC1, 0xC2 -> {
                frame = frame(marker, content);
                keep(marker, place, after);
            }
            case 0xC4, 0xDB, 0xDD -> keep(marker, place, after);
            case SCAN -> {
                return scan(place, after);
            }
            case 0xE0 -> jfif |= scans == 0 && length >= 16 && startsWith(content, JFIF);
            case 0xE1 -> {
                if (orientation == null && Orientation.isExif(content)) {
                    orientation = Orientation.of(content);
                }
            }
            case 0xEE -> {
                if (scans == 0 && length >= 14 && startsWith(content, ADOBE)) {
                    adobeTransform = content.get(11) & 0xFF;
                }
            }
            case 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF -> throw refused("is coded arithmetically");
            case 0xC3, 0xC5, 0xC6, 0xC7, 0xDE, 0xDF -> throw refused("is lossless or hierarchical");
            default -> {
                boolean mayBePassedOver =
                        marker >= 0xE0 && marker <= 0xEF || marker == 0xFE || marker == 0xCC || marker == 0xDC;
                if (!mayBePassedOver) {
                    throw refused(String.format("has the unknown marker %02X at byte %d", marker, place - 2));
                }
            }
        }
        return after;
    }

    private Frame frame(int marker, ByteBuffer content) {
        if (frame != null) {
            throw refused("has two frames");
        }
        if (content.remaining() < 6) {
            throw refused("has a frame of " + content.remaining() + " bytes");
        }
        int precision = content.get() & 0xFF;
        int height = content.getShort() & 0xFFFF;
        int width = content.getShort() & 0xFFFF;
        int channels = content.get() & 0xFF;
        if (precision != 8) {
            throw refused("has " + precision + " bits per channel");
        }
        if (channels != 1 && channels != 3 && channels != 4) {
            throw refused("has " + channels + " channels");
        }
        if (content.remaining() < 3 * channels) {
            throw refused("has a frame too short for its " + channels + " channels");
        }
        int[] ids = new int[channels];
        int[] across = new int[channels];
        int[] down = new int[channels];
        for (int i = 0; i < channels; i++) {
            ids[i] = content.get() & 0xFF;
            int sampling = content.get() & 0xFF;
            across[i] = sampling >> 4;
            down[i] = sampling & 0x0F;
            content.get();
            if (across[i] < 1 || across[i] > 4 || down[i] < 1 || down[i] > 4) {
                throw refused("has a channel sampled " + across[i] + "×" + down[i] + " times");
            }
        }
        return new Frame(marker, height, width, ids, across, down);
    }

    /** Keeps a scan's header and its coded pixels; answers where the marker behind them begins. */
    private int scan(int place, int from) {
        if (frame == null) {
            throw refused("has a scan before its frame");
        }
        if (++scans > MOST_SCANS) {
            throw refused("has more than " + MOST_SCANS + " scans");
        }
        if (scans == 1) {
            colour = colourOfChannels();
            putColourBeforeAll();
        }
        int end = from;
        // inside a scan the byte FF is always followed by 00, by a restart marker, or by another FF
        while (end + 1 < bytes.length && (at(end) != 0xFF || continues(at(end + 1)))) {
            end++;
        }
        if (end + 1 >= bytes.length) {
            throw refused("ends in the middle of its pixels");
        }
        codedBytes += end - from;
        keep(SCAN, place, end);
        return end;
    }

    private static boolean continues(int afterFf) {
        return afterFf == 0 || afterFf == 0xFF || afterFf >= 0xD0 && afterFf <= 0xD7;
    }

    /** The reading that all decoders of the Independent JPEG Group's line share. */
    private Colour colourOfChannels() {
        if (frame.channels() == 1) {
            return Colour.GREY;
        }
        if (frame.channels() == 4) {
            return adobeTransform <= ADOBE_NO_TRANSFORM ? Colour.CMYK : Colour.YCCK;
        }
        if (jfif) {
            return Colour.YCC;
        }
        if (adobeTransform >= 0) {
            return adobeTransform == ADOBE_NO_TRANSFORM ? Colour.RGB : Colour.YCC;
        }
        boolean named = frame.ids()[0] == 'R' && frame.ids()[1] == 'G' && frame.ids()[2] == 'B';
        return named ? Colour.RGB : Colour.YCC;
    }

    private void putColourBeforeAll() {
        byte[] segment =
                switch (colour) {
                    case GREY, YCC -> JFIF_SEGMENT;
                    case RGB, CMYK -> adobeSegment(ADOBE_NO_TRANSFORM);
                    case YCCK -> adobeSegment(ADOBE_YCCK);
                };
        int tables = kept.position() - 2;
        // the tables and the frame are kept already: they move behind the marker
        System.arraycopy(kept.array(), 2, kept.array(), 2 + segment.length, tables);
        kept.put(2, segment);
        kept.position(2 + segment.length + tables);
    }

    private static byte[] adobeSegment(int transform) {
        return ByteBuffer.allocate(16)
                .put((byte) 0xFF)
                .put((byte) 0xEE)
                .putShort((short) 14)
                .put(ADOBE)
                .putShort((short) 100)
                .putInt(0)
                .put((byte) transform)
                .array();
    }

    private void keep(int marker, int from, int to) {
        kept.put((byte) 0xFF).put((byte) marker).put(bytes, from, to - from);
    }

    private static boolean startsWith(ByteBuffer content, byte[] start) {
        return content.remaining() >= start.length
                && content.slice(content.position(), start.length).equals(ByteBuffer.wrap(start));
    }

    private int at(int place) {
        return bytes[place] & 0xFF;
    }

    private InvalidDatasetException refused(String found) {
        return new InvalidDatasetException(
                name + " is a JPEG that " + found
                        + "; allowed: whole baseline or progressive JPEGs of 8 bits and 1, 3 or 4 channels. Replace the file or remove it.");
    }
}
