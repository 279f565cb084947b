package io.faultline.dataset;

import java.util.List;

/**
 * How many images are decoded at once: many small ones, so that all cores have something to do, and few large ones, so that
 * they fit into memory together.
 */
final class DecodingWindow {
    private static final long BYTES = 16L << 20;
    private static final int MOST_IMAGES = 2048;
    private static final int FEWEST_IMAGES = 2;
    private static final int FIRST_IMAGES = 8;

    private int images = FIRST_IMAGES;

    int images() {
        return images;
    }

    /** Sizes the next window by what the images of the last took. */
    void decoded(List<RgbImage> last) {
        long bytes = last.stream().mapToLong(image -> image.pixels().length).sum();
        long fitting = last.isEmpty() ? images : BYTES * last.size() / Math.max(1, bytes);
        // no more than fourfold at once: what comes next may be larger than what came
        images = (int) Math.max(FEWEST_IMAGES, Math.min(Math.min(fitting, 4L * images), MOST_IMAGES));
    }
}
