package io.faultline.dataset;

import io.faultline.recipe.Split;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Reads a data set from a folder, zip, tar, tar.gz or tar.xz, told by content, in any {@link DatasetForm}, told by its
 * files; folders around it are accepted. The same input gives the same images in the same order: ascending by id, or as they
 * lie in CIFAR's batches. Nothing is written to disk.
 */
public final class DatasetReader {
    private static final int SHOWN_NAMES = 3;

    private DatasetReader() {}

    /**
     * Opens a data set, so that its images can be read one after the other.
     *
     * @throws InvalidDatasetException naming the entry, what was found, what is allowed and what to do
     */
    public static ImageSource open(Path fileOrFolder) {
        return open(fileOrFolder, DatasetLimits.ofThisProcess().ofStreamedPixels());
    }

    /**
     * Reads a whole data set into memory.
     *
     * @throws InvalidDatasetException naming the entry, what was found, what is allowed and what to do
     */
    public static ImageDataset read(Path fileOrFolder) {
        return read(fileOrFolder, ReadProgress.SILENT);
    }

    /** @throws InvalidDatasetException naming the entry, what was found, what is allowed and what to do */
    public static ImageDataset read(Path fileOrFolder, ReadProgress progress) {
        return read(fileOrFolder, progress, DatasetLimits.ofThisProcess());
    }

    static ImageDataset read(Path fileOrFolder, ReadProgress progress, DatasetLimits limits) {
        try (ImageSource source = open(fileOrFolder, limits)) {
            return ImageDataset.of(source, progress);
        }
    }

    /**
     * Packs a data set's files into a plain tar, out of which single images can be had.
     *
     * @param out is flushed and not closed
     * @throws InvalidDatasetException if it cannot be unpacked
     * @throws UncheckedIOException if {@code out} fails
     */
    public static void repack(Path archive, OutputStream out) {
        try (DataFiles files = Containers.open(archive, DatasetLimits.ofThisProcess());
                DeterministicTar tar = new DeterministicTar(out)) {
            files.read(files.list().files().keySet(), batch -> {
                try {
                    for (FileContent file : batch) {
                        tar.put(file.name(), file.bytes());
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads every image of a data set and keeps none: what is in it, and that all of it can be used.
     *
     * @throws InvalidDatasetException naming the entry, what was found, what is allowed and what to do
     */
    public static DatasetSummary inspect(Path fileOrFolder, ReadProgress progress) {
        try (ImageSource source = open(fileOrFolder)) {
            return DatasetSummary.of(source, progress);
        }
    }

    private static ImageSource open(Path fileOrFolder, DatasetLimits limits) {
        DataFiles files = Containers.open(fileOrFolder, limits);
        try {
            ImageSource source = open(files, limits);
            refuseUnlessEveryClassHasImages(
                    source.classes(),
                    source.index(Split.TRAINING).labels(),
                    source.index(Split.TEST).labels());
            return source;
        } catch (RuntimeException e) {
            files.close();
            throw e;
        }
    }

    private static ImageSource open(DataFiles files, DatasetLimits limits) {
        FileListing listing = files.list();
        Location location = locate(listing);
        PixelBudget budget = new PixelBudget(limits);
        ImageDecoder decoder = new ImageDecoder(budget);
        return switch (location.form()) {
            case CIFAR10_BINARY, CIFAR100_BINARY ->
                new CifarImageSource(location.form(), files, listing, location.root(), budget);
            case IMAGE_FOLDER -> new FileImageSource(files, ImageFolder.find(files, listing, location.root()), decoder);
            case TINY_IMAGENET ->
                new FileImageSource(files, TinyImageNetFolder.find(files, listing, location.root()), decoder);
        };
    }

    private static void refuseUnlessEveryClassHasImages(List<String> classes, int[] train, int[] test) {
        if (classes.size() < 2) {
            throw new InvalidDatasetException("the data set has " + classes.size() + " class"
                    + (classes.isEmpty() ? "" : ", '" + classes.get(0) + "'")
                    + "; expected at least two. Add images of another class.");
        }
        refuseClassWithoutImages(classes, train, "training");
        refuseClassWithoutImages(classes, test, "test");
    }

    private static void refuseClassWithoutImages(List<String> classes, int[] labels, String split) {
        Set<Integer> present = IntStream.of(labels).boxed().collect(Collectors.toSet());
        for (int label = 0; label < classes.size(); label++) {
            if (!present.contains(label)) {
                throw new InvalidDatasetException("class '" + classes.get(label) + "' has no " + split
                        + " image; expected at least one training and one test image of each class. Add images or remove"
                        + " the class.");
            }
        }
    }

    private record Location(DatasetForm form, String root) {}

    private static Location locate(FileListing listing) {
        if (listing.files().isEmpty()) {
            throw new InvalidDatasetException("there is no file in it; expected " + forms());
        }
        Set<Location> found = new LinkedHashSet<>();
        Set<String> roots = new LinkedHashSet<>();
        for (String file : listing.files().keySet()) {
            switch (EntryName.last(file)) {
                case "data_batch_1.bin", "test_batch.bin" ->
                    found.add(new Location(DatasetForm.CIFAR10_BINARY, EntryName.parent(file)));
                case "train.bin", "test.bin" ->
                    found.add(new Location(DatasetForm.CIFAR100_BINARY, EntryName.parent(file)));
                case "data_batch_1" ->
                    throw new InvalidDatasetException(file
                            + " is of CIFAR's Python version (pickled objects), which is not read; allowed: the binary version,"
                            + " cifar-10-binary.tar.gz. Upload that one.");
                default -> addParentsOfTrain(file, roots);
            }
        }
        listing.folders().forEach(folder -> addParentsOfTrain(folder + "/", roots));
        shallowest(roots.stream()
                        .filter(root -> ImageFolder.hasTestSplit(listing, root))
                        .toList())
                .forEach(root -> found.add(new Location(DatasetForm.IMAGE_FOLDER, root)));
        List<String> tiny = roots.stream()
                .filter(root -> TinyImageNetFolder.isAt(listing, root))
                .toList();
        if (!tiny.isEmpty()) {
            found.removeIf(location -> location.form() == DatasetForm.IMAGE_FOLDER);
            tiny.forEach(root -> found.add(new Location(DatasetForm.TINY_IMAGENET, root)));
        }
        if (found.size() > 1) {
            throw new InvalidDatasetException("there is more than one data set in it: "
                    + found.stream()
                            .limit(SHOWN_NAMES)
                            .map(location -> location.form() + " at '" + location.root() + "/'")
                            .collect(Collectors.joining(", "))
                    + "; expected one. Pack them apart.");
        }
        return found.stream().findFirst().orElseThrow(() -> unknownForm(listing, roots));
    }

    private static void addParentsOfTrain(String name, Set<String> roots) {
        String slashed = "/" + name;
        int at = slashed.indexOf("/train/");
        while (at >= 0) {
            roots.add(at == 0 ? "" : slashed.substring(1, at));
            at = slashed.indexOf("/train/", at + 1);
        }
    }

    private static List<String> shallowest(List<String> roots) {
        int depth = roots.stream().mapToInt(DatasetReader::depth).min().orElse(0);
        return roots.stream().filter(root -> depth(root) == depth).toList();
    }

    private static int depth(String root) {
        return root.isEmpty() ? 0 : root.split("/").length;
    }

    private static InvalidDatasetException unknownForm(FileListing listing, Set<String> roots) {
        if (!roots.isEmpty()) {
            String root = roots.iterator().next();
            return new InvalidDatasetException("there is " + EntryName.join(root, "train") + "/ but no "
                    + EntryName.join(root, "test") + "/ or " + EntryName.join(root, "val") + "/ beside it; expected "
                    + forms());
        }
        String names = listing.files().keySet().stream().limit(SHOWN_NAMES).collect(Collectors.joining(", "));
        return new InvalidDatasetException(
                "no data set was recognised in its " + listing.files().size() + " files (" + names
                        + (listing.files().size() > SHOWN_NAMES ? ", …" : "") + "); expected " + forms());
    }

    private static String forms() {
        return "train/<class>/<image> with test/<class>/<image> or val/<class>/<image>, or the files of CIFAR's binary version, or of"
                + " Tiny-ImageNet (train/, val/, wnids.txt). Arrange the images so.";
    }
}
