package io.faultline.dataset;

/**
 * What a JPEG says before its pixels begin (ITU-T T.81, annex B), read here because the platform's decoder allocates before
 * it can be asked and fills what a truncated file lacks with grey.
 */
record JpegHeader(int height, int width) {
    private static final int START = 0xD8;
    private static final int END = 0xD9;
    private static final int SCAN = 0xDA;

    static boolean hasSignature(byte[] bytes) {
        return bytes.length >= 3 && at(bytes, 0) == 0xFF && at(bytes, 1) == START && at(bytes, 2) == 0xFF;
    }

    /** @throws InvalidDatasetException if the file is cut off, or of a kind that is not decoded */
    static JpegHeader of(String name, byte[] bytes) {
        JpegHeader header = null;
        int place = 2;
        while (place + 4 <= bytes.length) {
            if (at(bytes, place) != 0xFF) {
                throw refused(name, "has no marker at byte " + place);
            }
            int marker = at(bytes, place + 1);
            if (marker == 0xFF) {
                place++;
                continue;
            }
            int length = at(bytes, place + 2) << 8 | at(bytes, place + 3);
            if (marker == SCAN) {
                if (header == null) {
                    throw refused(name, "has a scan before its frame");
                }
                refuseUnlessEnded(name, bytes, place + 2);
                return header;
            }
            if (isFrame(marker)) {
                if (place + 10 > bytes.length) {
                    break;
                }
                header = frame(name, bytes, place + 4);
            }
            place += 2 + length;
        }
        throw refused(name, "ends before its pixels begin");
    }

    private static JpegHeader frame(String name, byte[] bytes, int place) {
        int precision = at(bytes, place);
        int components = at(bytes, place + 5);
        if (precision != 8) {
            throw refused(name, "has " + precision + " bits per channel");
        }
        if (components != 1 && components != 3) {
            throw refused(name, "has " + components + " channels (CMYK)");
        }
        return new JpegHeader(
                at(bytes, place + 1) << 8 | at(bytes, place + 2), at(bytes, place + 3) << 8 | at(bytes, place + 4));
    }

    private static void refuseUnlessEnded(String name, byte[] bytes, int from) {
        // inside a scan the byte FF is always followed by 00 or a restart marker, so this pair is the end of the image
        for (int i = from; i + 1 < bytes.length; i++) {
            if (at(bytes, i) == 0xFF && at(bytes, i + 1) == END) {
                return;
            }
        }
        throw refused(name, "ends in the middle of its pixels");
    }

    private static boolean isFrame(int marker) {
        // C0 to CF but for the tables DHT, JPG and DAC
        return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
    }

    private static int at(byte[] bytes, int place) {
        return bytes[place] & 0xFF;
    }

    private static InvalidDatasetException refused(String name, String found) {
        return new InvalidDatasetException(name + " is a JPEG that " + found
                + "; allowed: whole grey or colour JPEGs of 8 bits per channel. Replace the file or remove it.");
    }
}
