package io.faultline.testkit;

import io.faultline.dataset.LabeledImages;
import io.faultline.dataset.RgbImage;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Published corruption sets so small that a test reads them in no time, made in code. */
public final class TinyCorruptions {
    private static final int BLOCK = 512;
    private static final int NPY_PREFIX = 10;
    private static final int NPY_ALIGNMENT = 64;

    private TinyCorruptions() {}

    /**
     * A tar laid out as CIFAR-10-C is.
     *
     * @param corruptions by name, the images of each severity; the labels are the first one's
     */
    public static byte[] arrays(Map<String, List<LabeledImages>> corruptions) {
        Map<String, byte[]> files = new LinkedHashMap<>();
        corruptions.forEach((name, severities) -> {
            ByteArrayOutputStream pixels = new ByteArrayOutputStream();
            ByteArrayOutputStream labels = new ByteArrayOutputStream();
            for (LabeledImages images : severities) {
                images.images().forEach(image -> pixels.writeBytes(image.pixels()));
                for (int label : images.labels()) {
                    labels.write(label);
                }
            }
            RgbImage like = severities.get(0).images().get(0);
            files.putIfAbsent("CIFAR-C/labels.npy", npy("(" + labels.size() + ",)", labels.toByteArray()));
            files.put(
                    "CIFAR-C/" + name + ".npy",
                    npy(
                            "(" + labels.size() + ", " + like.height() + ", " + like.width() + ", 3)",
                            pixels.toByteArray()));
        });
        return tar(files);
    }

    /**
     * An array of bytes as numpy.save writes it.
     *
     * @param shape as Python writes a tuple
     */
    public static byte[] npy(String shape, byte[] numbers) {
        String header = "{'descr': '|u1', 'fortran_order': False, 'shape': " + shape + ", }";
        int unpadded = NPY_PREFIX + header.length() + 1;
        int padded = (unpadded + NPY_ALIGNMENT - 1) / NPY_ALIGNMENT * NPY_ALIGNMENT;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
        out.write(padded - NPY_PREFIX);
        out.write(0);
        out.writeBytes((header + " ".repeat(padded - unpadded) + "\n").getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(numbers);
        return out.toByteArray();
    }

    /** A plain tar. Names are of at most 99 ASCII characters. */
    public static byte[] tar(Map<String, byte[]> files) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        files.forEach((name, content) -> {
            out.writeBytes(header(name, content.length));
            out.writeBytes(content);
            out.writeBytes(new byte[(BLOCK - content.length % BLOCK) % BLOCK]);
        });
        out.writeBytes(new byte[2 * BLOCK]);
        return out.toByteArray();
    }

    /** POSIX ustar: name, mode, owner, group, size, time, checksum, type, magic. */
    private static byte[] header(String name, int size) {
        byte[] header = new byte[BLOCK];
        put(header, 0, name);
        put(header, 100, "0000644");
        put(header, 108, "0000000");
        put(header, 116, "0000000");
        put(header, 124, String.format("%011o", size));
        put(header, 136, "00000000000");
        put(header, 148, "        ");
        put(header, 156, "0");
        put(header, 257, "ustar\0" + "00");
        int sum = 0;
        for (byte one : header) {
            sum += one & 0xFF;
        }
        put(header, 148, String.format("%06o\0 ", sum));
        return header;
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }
}
