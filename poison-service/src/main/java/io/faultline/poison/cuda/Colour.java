package io.faultline.poison.cuda;

import io.faultline.dataset.RgbImage;

/** The colours of a published image. */
public enum Colour {
    /** As they are. */
    RGB {
        @Override
        public RgbImage render(RgbImage image) {
            return image;
        }
    },
    /**
     * The luma of ITU-R BT.601, 0.299 R + 0.587 G + 0.114 B, in all three channels.
     *
     * @implNote The weights are multiples of 2⁻¹⁶ and the sum is rounded to nearest, half up: what torchvision's
     *     {@code Grayscale} makes of an image, for which it calls Pillow's {@code convert("L")}.
     */
    GREY {
        @Override
        public RgbImage render(RgbImage image) {
            byte[] rgb = image.pixels();
            byte[] grey = new byte[rgb.length];
            for (int p = 0; p < rgb.length; p += 3) {
                int luma = RED * (rgb[p] & 0xff) + GREEN * (rgb[p + 1] & 0xff) + BLUE * (rgb[p + 2] & 0xff);
                byte level = (byte) (luma + HALF >> 16);
                grey[p] = level;
                grey[p + 1] = level;
                grey[p + 2] = level;
            }
            return new RgbImage(image.height(), image.width(), grey);
        }
    };

    private static final int RED = 19_595;
    private static final int GREEN = 38_470;
    private static final int BLUE = 7_471;
    private static final int HALF = 1 << 15;

    /** The image in these colours, of the same size; the same object where nothing changes. */
    public abstract RgbImage render(RgbImage image);
}
