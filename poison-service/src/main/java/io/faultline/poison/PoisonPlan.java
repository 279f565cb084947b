package io.faultline.poison;

import io.faultline.artifact.ArtifactId;
import io.faultline.dataset.ImageIndex;
import io.faultline.dataset.ImageSource;
import io.faultline.dataset.RgbImage;
import io.faultline.dataset.Shard;
import io.faultline.poison.cuda.ClassWiseConvolution;
import io.faultline.poison.cuda.ConvolvedImage;
import io.faultline.recipe.Split;
import io.faultline.worker.WorkRejectedException;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A job's data set with what shall happen to it: the same on every pod that works on the job.
 *
 * @param images closed with the plan
 * @param unpacked the archive that is read in place of the uploaded one; null if none is
 * @param protectedPlaces of the training images that are convolved
 * @param convolution null if none is
 * @param shards all images of both splits, in order
 */
record PoisonPlan(
        ImageSource images,
        ArtifactId unpacked,
        BitSet protectedPlaces,
        ClassWiseConvolution convolution,
        int kernelSize,
        List<Shard> shards)
        implements AutoCloseable {
    boolean isProtected(Split split, int place) {
        return split == Split.TRAINING && protectedPlaces.get(place);
    }

    int size() {
        return images.index(Split.TRAINING).size() + images.index(Split.TEST).size();
    }

    /**
     * The images of a window as they are published, and how many of their values were cut off.
     *
     * @param first place of the first of them
     * @throws WorkRejectedException if the kernel is larger than one that is to be protected
     */
    List<ConvolvedImage> publish(Split split, int first, List<RgbImage> clean) {
        ImageIndex index = images.index(split);
        for (int i = 0; i < clean.size(); i++) {
            if (isProtected(split, first + i)) {
                refuseLargeKernel(clean.get(i), index.ids().get(first + i));
            }
        }
        return IntStream.range(0, clean.size())
                .parallel()
                .mapToObj(i -> isProtected(split, first + i)
                        ? convolution.apply(clean.get(i), index.labels()[first + i])
                        : new ConvolvedImage(clean.get(i), 0))
                .toList();
    }

    /**
     * Publishes one image, so that what cannot work with any image is refused before the work is handed out.
     *
     * @throws WorkRejectedException as {@link #publish}
     */
    void tryFirst() {
        int first = protectedPlaces.nextSetBit(0);
        if (first >= 0) {
            publish(Split.TRAINING, first, images.read(Split.TRAINING, new int[] {first}));
        }
    }

    @Override
    public void close() {
        images.close();
    }

    private void refuseLargeKernel(RgbImage image, String id) {
        if (kernelSize > Math.min(image.height(), image.width())) {
            throw new WorkRejectedException(
                    "poison.kernelSize is " + kernelSize + " and image " + id + " of the data set is " + image.height()
                            + "×" + image.width() + "; allowed: a kernel no larger than the images",
                    null);
        }
    }
}
