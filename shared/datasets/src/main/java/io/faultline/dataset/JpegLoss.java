package io.faultline.dataset;

/**
 * What an image keeps when it is written as a JPEG and read again: libjpeg's quality scale, colour sampled once per 2×2 pixels, as
 * programs do that ask for nothing else. Safe for many threads.
 *
 * @see ImageEncoding#jpeg for files that must keep all they can
 */
public final class JpegLoss {
    private final JpegEncoding encoding;
    private final JpegDecoder decoder = new JpegDecoder();

    /**
     * @param quality 1 to 100
     * @throws IllegalArgumentException for another quality
     */
    public JpegLoss(int quality) {
        this.encoding = new JpegEncoding(quality, JpegEncoding.Sampling.COLOUR_HALVED);
    }

    public RgbImage apply(RgbImage image) {
        return decoder.decode(JpegFile.of("an image in memory", encoding.encode(image)));
    }
}
