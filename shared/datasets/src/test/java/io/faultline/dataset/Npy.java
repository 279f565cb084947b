package io.faultline.dataset;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** NumPy files made in code, byte for byte as numpy.save of NumPy 2.4.6 lays them out. */
final class Npy {
    private static final int ALIGNMENT = 64;

    private Npy() {}

    /** @param shape as Python writes a tuple */
    static byte[] file(String descr, String shape, byte[] numbers) {
        return withHeader("{'descr': '" + descr + "', 'fortran_order': False, 'shape': " + shape + ", }", numbers);
    }

    static byte[] withHeader(String dictionary, byte[] numbers) {
        int unpadded = 10 + dictionary.length() + 1;
        int padded = (unpadded + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
        out.write(padded - 10 & 0xFF);
        out.write(padded - 10 >> 8);
        out.writeBytes((dictionary + " ".repeat(padded - unpadded) + "\n").getBytes(StandardCharsets.ISO_8859_1));
        out.writeBytes(numbers);
        return out.toByteArray();
    }
}
