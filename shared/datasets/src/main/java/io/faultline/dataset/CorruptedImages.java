package io.faultline.dataset;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

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
                    ? CorruptedArrays.open(files, listing, classes.size(), budget)
                    : CorruptedFolders.open(files, listing, classes, new ImageDecoder(budget));
        } catch (RuntimeException e) {
            files.close();
            throw e;
        }
    }

    /**
     * Looks at a set whose data set is not known: every header, every label and every path, and the first image of each severity.
     *
     * @param fileOrFolder what {@link #open} takes
     * @throws InvalidDatasetException if it cannot be opened, or none of its corruptions has a name that is known
     */
    static CorruptedSummary inspect(Path fileOrFolder) {
        DatasetLimits limits = DatasetLimits.ofThisProcess().ofStreamedPixels();
        try (DataFiles files = Containers.open(fileOrFolder, limits)) {
            FileListing listing = files.list();
            PixelBudget budget = new PixelBudget(limits);
            if (CorruptedArrays.isIn(listing)) {
                return CorruptedSummary.ofArrays(
                        CorruptedArrays.open(files, listing, CorruptedArrays.MOST_CLASSES, budget));
            }
            List<String> classes = CorruptedFolders.classes(listing);
            return CorruptedSummary.ofFolders(
                    CorruptedFolders.open(files, listing, classes, new ImageDecoder(budget)), classes);
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
     * The labels of all images of a corruption and severity, in the set's order.
     *
     * @throws InvalidDatasetException if the set has no such corruption or severity
     */
    int[] labels(String corruption, int severity);

    /**
     * Reads some images.
     *
     * @param places in the set's order; the answer is in theirs
     * @throws InvalidDatasetException if the set has no such corruption or severity, or an image cannot be decoded
     * @throws IndexOutOfBoundsException if there is no such place
     */
    LabeledImages read(String corruption, int severity, int[] places);

    /**
     * Reads some images that follow one another, in the set's order.
     *
     * @param from first place
     * @param to place after the last one
     * @throws InvalidDatasetException if the set has no such corruption or severity, or an image cannot be decoded
     * @throws IndexOutOfBoundsException if there are no such places
     */
    default LabeledImages read(String corruption, int severity, int from, int to) {
        Objects.checkFromToIndex(from, to, size(corruption, severity));
        return read(corruption, severity, IntStream.range(from, to).toArray());
    }

    @Override
    void close();
}
