package io.faultline.dataset;

/**
 * How images are written. Nothing but the pixels gets into a file: no EXIF, XMP, profile, comment, text, time or thumbnail, since
 * an {@link RgbImage} holds none, and neither encoder adds any.
 *
 * <p>One object serves a whole job and many threads.
 */
public sealed interface ImageEncoding permits PngEncoding, JpegEncoding {
    /**
     * PNG without loss and without compression: bytes are a pure function of the image on every machine and JDK, as a digest
     * that names content needs. There is no compressed kind, because deflate's output changes with the zlib of a JDK; whoever
     * must have small files takes JPEG, or packs the finished archive.
     */
    static ImageEncoding png() {
        return new PngEncoding();
    }

    /**
     * Baseline JPEG: the standard's example tables scaled as libjpeg scales them, the standard's Huffman codes, and colour
     * sampled as finely as brightness (4:4:4). Class-wise filters act on each colour channel for itself; averaging colour over
     * 2×2 pixels would take a part of their trace, which is what protects the images. The price is a quarter to two fifths more bytes.
     *
     * <p>Bytes are equal on every run of one JDK build. Other builds may bring another JPEG library: those looked at
     * (README of this module) give equal bytes, and no standard promises it.
     *
     * @param quality 1 (smallest) to 100 (still not without loss)
     * @throws IllegalArgumentException for another quality
     */
    static ImageEncoding jpeg(int quality) {
        return new JpegEncoding(quality);
    }

    /**
     * The bytes of a whole file.
     *
     * @throws IllegalArgumentException if the format cannot hold an image so large
     */
    byte[] encode(RgbImage image);

    /** Of a file's name, without a dot: {@code png} or {@code jpg}. */
    String extension();
}
