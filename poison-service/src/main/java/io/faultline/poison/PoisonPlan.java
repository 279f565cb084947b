package io.faultline.poison;

import io.faultline.artifact.ArtifactId;
import io.faultline.dataset.DatasetWriter;
import io.faultline.dataset.ImageEncoding;
import io.faultline.dataset.ImageIndex;
import io.faultline.dataset.ImageSource;
import io.faultline.dataset.RgbImage;
import io.faultline.dataset.Shard;
import io.faultline.poison.cuda.ClassWiseConvolution;
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
 * @param shards all images of both splits, in order
 * @param protection null for none
 */
record PoisonPlan(
        ImageSource images, ArtifactId unpacked, List<Shard> shards, Protection protection, ImageEncoding encoding)
        implements AutoCloseable {
    boolean isProtected(Split split, int place) {
        return split == Split.TRAINING
                && protection != null
                && protection.places().get(place);
    }

    BitSet protectedPlaces() {
        return protection == null ? new BitSet() : protection.places();
    }

    /** How many images there are in both splits. */
    int size() {
        return images.index(Split.TRAINING).size() + images.index(Split.TEST).size();
    }

    int label(Split split, int place) {
        return images.index(split).labels()[place];
    }

    DatasetWriter writer() {
        return new DatasetWriter(images, encoding);
    }

    DatasetWriter controlWriter() {
        return new DatasetWriter(new ControlOutline(images), encoding);
    }

    /**
     * The images of a window as they are published.
     *
     * @param first place of the first of them
     * @throws WorkRejectedException if the kernel is larger than one that is to be protected
     */
    List<RgbImage> publish(Split split, int first, List<RgbImage> clean) {
        if (protection == null) {
            return clean;
        }
        BitSet wanted = new BitSet();
        IntStream.range(0, clean.size())
                .filter(i -> isProtected(split, first + i))
                .forEach(wanted::set);
        return convolve(protection.convolution(), split, first, clean, wanted);
    }

    /**
     * The test images of a window as a control changes them.
     *
     * @param control place in the recipe's list of controls
     * @throws WorkRejectedException if the kernel is larger than one of them
     */
    List<RgbImage> control(int control, int first, List<RgbImage> clean) {
        BitSet all = new BitSet();
        all.set(0, clean.size());
        return convolve(protection.controls().get(control), Split.TEST, first, clean, all);
    }

    /**
     * Publishes one image, so that what cannot work with any image is refused before the work is handed out.
     *
     * @throws WorkRejectedException as {@link #publish}
     */
    void tryFirst() {
        int first = protectedPlaces().nextSetBit(0);
        if (first >= 0) {
            publish(Split.TRAINING, first, images.read(Split.TRAINING, new int[] {first}));
        }
    }

    @Override
    public void close() {
        images.close();
    }

    private List<RgbImage> convolve(
            ClassWiseConvolution convolution, Split split, int first, List<RgbImage> clean, BitSet wanted) {
        ImageIndex index = images.index(split);
        wanted.stream().forEach(i -> refuseLargeKernel(clean.get(i), index.ids().get(first + i)));
        return IntStream.range(0, clean.size())
                .parallel()
                .mapToObj(i -> wanted.get(i)
                        ? convolution
                                .apply(clean.get(i), index.labels()[first + i])
                                .image()
                        : clean.get(i))
                .toList();
    }

    private void refuseLargeKernel(RgbImage image, String id) {
        int kernelSize = protection.filters().kernelSize();
        if (kernelSize > Math.min(image.height(), image.width())) {
            throw new WorkRejectedException(
                    "poison.kernelSize is " + kernelSize + " and image " + id + " of the data set is " + image.height()
                            + "×" + image.width() + "; allowed: a kernel no larger than the images",
                    null);
        }
    }
}
