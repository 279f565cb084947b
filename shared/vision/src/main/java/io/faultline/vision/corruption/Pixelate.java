package io.faultline.vision.corruption;

import io.faultline.dataset.RgbImage;

/** Enlarged from too few pixels: made smaller and larger again, each time by the mean over a box, as Pillow does it. */
record Pixelate(double share) implements Distortion {
    static Distortion of(CorruptionScale scale, int severity) {
        return new Pixelate(scale.row(
                        severity,
                        new double[][] {{0.95}, {0.9}, {0.85}, {0.75}, {0.65}},
                        new double[][] {{0.9}, {0.8}, {0.7}, {0.6}, {0.5}},
                        new double[][] {{0.6}, {0.5}, {0.4}, {0.3}, {0.25}})[0]);
    }

    @Override
    public RgbImage apply(RgbImage image, Uniforms uniforms) {
        RgbImage small = resized(image, (int) (image.height() * share), (int) (image.width() * share));
        return resized(small, image.height(), image.width());
    }

    /** Along rows, then along columns; rounded to levels after each. */
    static RgbImage resized(RgbImage image, int height, int width) {
        byte[] narrow = new byte[Pixels.CHANNELS * image.height() * width];
        for (int x = 0; x < width; x++) {
            Box box = Box.of(x, image.width(), width);
            for (int y = 0; y < image.height(); y++) {
                for (int channel = 0; channel < Pixels.CHANNELS; channel++) {
                    double sum = 0;
                    for (int from = box.first(); from < box.end(); from++) {
                        sum += image.pixels()[Pixels.CHANNELS * (y * image.width() + from) + channel] & 0xFF;
                    }
                    narrow[Pixels.CHANNELS * (y * width + x) + channel] = box.mean(sum);
                }
            }
        }
        byte[] result = new byte[Pixels.CHANNELS * height * width];
        for (int y = 0; y < height; y++) {
            Box box = Box.of(y, image.height(), height);
            for (int i = 0; i < Pixels.CHANNELS * width; i++) {
                double sum = 0;
                for (int from = box.first(); from < box.end(); from++) {
                    sum += narrow[Pixels.CHANNELS * from * width + i] & 0xFF;
                }
                result[Pixels.CHANNELS * y * width + i] = box.mean(sum);
            }
        }
        return new RgbImage(height, width, result);
    }

    /** The old pixels whose middle lies under a new one: all of the same weight. */
    private record Box(int first, int end) {
        static Box of(int place, int oldSize, int newSize) {
            double ratio = oldSize / (double) newSize;
            double reach = 0.5 * Math.max(1, ratio);
            double centre = (place + 0.5) * ratio;
            int first = Math.max(0, (int) (centre - reach + 0.5));
            int end = Math.min(oldSize, (int) (centre + reach + 0.5));
            double width = Math.max(1, ratio);
            // of the pixels in reach, those that the box covers: from above −1/2 to 1/2 of its width
            while (first < end && !(covers((first - centre + 0.5) / width))) {
                first++;
            }
            while (end > first && !(covers((end - 1 - centre + 0.5) / width))) {
                end--;
            }
            return new Box(first, end);
        }

        private static boolean covers(double offset) {
            return offset > -0.5 && offset <= 0.5;
        }

        byte mean(double sum) {
            return (byte) (int) (sum / (end - first) + 0.5);
        }
    }
}
