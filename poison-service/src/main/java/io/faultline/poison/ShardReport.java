package io.faultline.poison;

import io.faultline.dataset.DatasetManifest;
import io.faultline.poison.quality.ClassQuality;
import java.util.List;

/**
 * What became of a shard's images, beside their bytes.
 *
 * @param images in the shard's order
 * @param bytes of the shard's content
 * @param protectedImages how many were convolved
 * @param quality of those, by class; classes without any are left out
 * @param controls of a shard of test images: each control's images, in the order of the recipe's controls
 */
record ShardReport(
        List<DatasetManifest.Entry> images,
        long bytes,
        int protectedImages,
        List<ClassQuality> quality,
        List<ControlImages> controls) {
    ShardReport {
        images = List.copyOf(images);
        quality = List.copyOf(quality);
        controls = List.copyOf(controls);
    }

    /**
     * A shard's images of one control set.
     *
     * @param untouched as they are in the data set
     * @param changed as the control changes them
     */
    record ControlImages(List<DatasetManifest.Entry> untouched, List<DatasetManifest.Entry> changed) {
        ControlImages {
            untouched = List.copyOf(untouched);
            changed = List.copyOf(changed);
        }
    }
}
