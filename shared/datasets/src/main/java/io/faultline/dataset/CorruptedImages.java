package io.faultline.dataset;

import java.nio.file.Path;
import java.util.List;

/**
 * A published set of corrupted test images that is open (Hendrycks and Dietterich, ICLR 2019): several corruptions, each at
 * several severities. Only names and labels are in memory; images are read when they are asked for.
 *
 * <p>Reading is safe for several threads; closing is not.
 */
public interface CorruptedImages extends AutoCloseable {
    /**
     * Opens CIFAR-10-C or CIFAR-100-C ({@code <corruption>.npy} beside {@code labels.npy}) or Tiny-ImageNet-C ({@code
     * <corruption>/<severity>/<class>/<image>}), told by their files; folders around them do not matter.
     *
     * @param fileOrFolder a folder or a plain tar; images in folders may also come in a zip. Out of a compressed tar no single image
     *     can be had: unpack it first
     * @param classes of the data set that the classifier knows, by label: labels must lie within them, class folders are looked up
     *     among them
     * @throws InvalidDatasetException naming the file, what was found, what is allowed and what to do
     */
    static CorruptedImages open(Path fileOrFolder, List<String> classes) {
        DatasetLimits limits = DatasetLimits.ofThisProcess().ofStreamedPixels();
        DataFiles files = Containers.open(fileOrFolder, limits);
        try {
            FileListing listing = files.list();
            PixelBudget budget = new PixelBudget(limits);
            return CorruptedArrays.isIn(listing)
                    ? CorruptedArrays.open(files, listing, classes, budget)
                    : CorruptedFolders.open(files, listing, classes, new ImageDecoder(budget));
        } catch (RuntimeException e) {
            files.close();
            throw e;
        }
    }

    /** Under the set's own names, ascending. */
    List<String> corruptions();

    /**
     * Ascending.
     *
     * @throws InvalidDatasetException if the set has no such corruption
     */
    List<Integer> severities(String corruption);

    /**
     * How many images there are.
     *
     * @throws InvalidDatasetException if the set has no such corruption or severity
     */
    int size(String corruption, int severity);

    /**
     * Reads some images that follow one another, in the set's order.
     *
     * @param from first place
     * @param to place after the last one
     * @throws InvalidDatasetException if the set has no such corruption or severity, or an image cannot be decoded
     * @throws IndexOutOfBoundsException if there are no such places
     */
    LabeledImages read(String corruption, int severity, int from, int to);

    @Override
    void close();
}
