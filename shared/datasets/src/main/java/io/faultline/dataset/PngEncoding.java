package io.faultline.dataset;

/** {@link ImageEncoding#png}. */
record PngEncoding() implements ImageEncoding {
    @Override
    public byte[] encode(RgbImage image) {
        return PngImage.encode(image);
    }

    @Override
    public String extension() {
        return "png";
    }
}
