package io.faultline.dataset;

/** How images are written. */
public interface ImageEncoding {
    /** PNG without loss and without compression. */
    static ImageEncoding png() {
        return new ImageEncoding() {
            @Override
            public byte[] encode(RgbImage image) {
                return PngImage.encode(image);
            }

            @Override
            public String extension() {
                return "png";
            }
        };
    }

    /** The bytes of a whole file. */
    byte[] encode(RgbImage image);

    /** Of a file's name, without a dot. */
    String extension();
}
