package io.faultline.poison;

import io.faultline.dataset.DatasetManifest;
import java.util.List;

/**
 * What became of a shard's images, beside their bytes.
 *
 * @param images in the shard's order
 * @param bytes of the shard's content
 * @param protectedImages how many were convolved
 * @param clippedValues pixel values of those that lay outside the range and were cut off
 * @param protectedValues pixel values of those
 */
record ShardReport(
        List<DatasetManifest.Entry> images, long bytes, int protectedImages, long clippedValues, long protectedValues) {
    ShardReport {
        images = List.copyOf(images);
    }
}
