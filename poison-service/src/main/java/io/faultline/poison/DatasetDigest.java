package io.faultline.poison;

import io.faultline.dataset.ImageDataset;
import io.faultline.dataset.LabeledImages;
import io.faultline.dataset.RgbImage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/**
 * SHA-256 over what a data set says, not over how it was packed: classes, then each split's ids, labels, sizes and pixels. It
 * is the salt of the data set's keys.
 */
final class DatasetDigest {
    private final MessageDigest sha256;

    private DatasetDigest() {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    static byte[] of(ImageDataset dataset) {
        DatasetDigest digest = new DatasetDigest();
        digest.add(dataset.classes());
        digest.add(dataset.train());
        digest.add(dataset.test());
        return digest.sha256.digest();
    }

    private void add(LabeledImages split) {
        add(split.ids());
        for (int i = 0; i < split.size(); i++) {
            RgbImage image = split.images().get(i);
            sha256.update(ByteBuffer.allocate(3 * Integer.BYTES)
                    .putInt(split.labels()[i])
                    .putInt(image.height())
                    .putInt(image.width())
                    .flip());
            sha256.update(image.pixels());
        }
    }

    /** Each text with its length before it, so that two lists never run into the same bytes. */
    private void add(List<String> texts) {
        sha256.update(ByteBuffer.allocate(Integer.BYTES).putInt(texts.size()).flip());
        for (String text : texts) {
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            sha256.update(ByteBuffer.allocate(Integer.BYTES).putInt(utf8.length).flip());
            sha256.update(utf8);
        }
    }
}
