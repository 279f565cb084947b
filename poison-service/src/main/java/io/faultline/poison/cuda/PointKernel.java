package io.faultline.poison.cuda;

/** A filter of one entry: a level's fate hangs on the level and the image's largest one only, so a table does the work. */
final class PointKernel implements ConvolutionKernel {
    private final float[] sums = new float[256];
    private final byte[] table = new byte[256];

    @Override
    public void apply(byte[] pixels, int height, int width, float[] weights, Rounding rounding, byte[] levels) {
        int largest = 0;
        for (byte pixel : pixels) {
            largest = Math.max(largest, pixel & 0xff);
        }
        for (int level = 0; level <= largest; level++) {
            sums[level] = weights[0] * PixelLevels.unit((byte) level);
        }
        if (!(sums[largest] > 0)) {
            return;
        }
        PixelLevels.levels(sums, largest + 1, sums[largest], rounding, table, 0);
        for (int i = 0; i < pixels.length; i++) {
            levels[i] = table[pixels[i] & 0xff];
        }
    }
}
