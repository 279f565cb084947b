package io.faultline.dataset;

import io.faultline.json.FaultlineJson;
import io.faultline.recipe.Split;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The official CIFAR binary versions (Krizhevsky, 2009). A record is one label byte (CIFAR-10) or a coarse and a fine one
 * (CIFAR-100), then 32×32 bytes of red, of green, of blue, row by row. An image's id is {@code <file>/<place in it>}, unless
 * a manifest of ours lies beside the files and knows it by an earlier name.
 */
final class CifarArchive {
    static final int SIDE = 32;
    static final int PLANE = SIDE * SIDE;
    static final int PIXEL_BYTES = 3 * PLANE;
    private static final int MOST_CLASSES = 256;

    private final DatasetForm form;
    private final DataFiles files;
    private final FileListing listing;
    private final String root;
    private final TextFiles texts;
    private final PixelBudget budget;
    private final ReadProgress progress;
    private long done;

    CifarArchive(
            DatasetForm form,
            DataFiles files,
            FileListing listing,
            String root,
            DatasetLimits limits,
            ReadProgress progress) {
        this.form = form;
        this.files = files;
        this.listing = listing;
        this.root = root;
        this.texts = new TextFiles(files, listing);
        this.budget = new PixelBudget(limits);
        this.progress = progress;
    }

    /** Label bytes in front of each image. */
    static int labelBytes(DatasetForm form) {
        return switch (form) {
            case CIFAR10_BINARY -> 1;
            case CIFAR100_BINARY -> 2;
            case IMAGE_FOLDER, TINY_IMAGENET -> throw new IllegalArgumentException(form + " is no CIFAR form");
        };
    }

    static String namesFile(DatasetForm form) {
        return form == DatasetForm.CIFAR10_BINARY ? "batches.meta.txt" : "fine_label_names.txt";
    }

    static final String COARSE_NAMES_FILE = "coarse_label_names.txt";

    ImageDataset read() {
        List<String> classes = names(namesFile(form));
        List<String> trainFiles = trainFiles();
        List<String> testFiles = List.of(required(form == DatasetForm.CIFAR10_BINARY ? "test_batch.bin" : "test.bin"));
        List<String> coarse = form == DatasetForm.CIFAR100_BINARY ? names(COARSE_NAMES_FILE) : List.of();
        int[] coarseOfFine = new int[classes.size()];
        java.util.Arrays.fill(coarseOfFine, -1);
        long total = images(trainFiles) + images(testFiles);
        LabeledImages train = split(trainFiles, classes, coarse, coarseOfFine, total);
        LabeledImages test = split(testFiles, classes, coarse, coarseOfFine, total);
        List<String> descriptions = coarse.isEmpty()
                ? classes
                : IntStream.range(0, classes.size())
                        .mapToObj(fine -> coarseOfFine[fine] < 0 ? classes.get(fine) : coarse.get(coarseOfFine[fine]))
                        .toList();
        Optional<DatasetManifest> manifest = manifest();
        return new ImageDataset(
                form,
                classes,
                descriptions,
                manifest.map(m -> renamed(train, m, Split.TRAINING)).orElse(train),
                manifest.map(m -> renamed(test, m, Split.TEST)).orElse(test));
    }

    private List<String> trainFiles() {
        if (form == DatasetForm.CIFAR100_BINARY) {
            return List.of(required("train.bin"));
        }
        List<String> found = new ArrayList<>();
        for (int i = 1; listing.has(EntryName.join(root, "data_batch_" + i + ".bin")); i++) {
            found.add(EntryName.join(root, "data_batch_" + i + ".bin"));
        }
        long all = listing.files().keySet().stream()
                .filter(name -> EntryName.parent(name).equals(root))
                .filter(name -> EntryName.last(name).matches("data_batch_\\d+\\.bin"))
                .count();
        if (found.isEmpty() || found.size() != all) {
            required("data_batch_" + (found.size() + 1) + ".bin");
        }
        return found;
    }

    private String required(String file) {
        String path = EntryName.join(root, file);
        if (!listing.has(path)) {
            throw new InvalidDatasetException(path + " is missing; expected with it: the files of the official "
                    + (form == DatasetForm.CIFAR10_BINARY ? "cifar-10-binary.tar.gz" : "cifar-100-binary.tar.gz")
                    + ". Add it.");
        }
        return path;
    }

    private List<String> names(String file) {
        List<String> names = texts.lines(EntryName.join(root, file), "the class of each label, one per line");
        Set<String> distinct = new HashSet<>(names);
        if (distinct.size() != names.size() || names.isEmpty() || names.size() > MOST_CLASSES) {
            throw new InvalidDatasetException(EntryName.join(root, file) + " has " + names.size() + " names, "
                    + distinct.size() + " of them different; expected 1 to " + MOST_CLASSES
                    + " different ones. Correct the file.");
        }
        return names;
    }

    private long images(List<String> paths) {
        int record = labelBytes(form) + PIXEL_BYTES;
        long images = 0;
        for (String path : paths) {
            long size = listing.files().get(path);
            if (size == 0 || size % record != 0) {
                throw new InvalidDatasetException(
                        path + " has " + size + " bytes; expected a whole number of images of " + record
                                + " bytes each. The file is cut off or of another form: get it again.");
            }
            images += size / record;
        }
        return images;
    }

    private LabeledImages split(
            List<String> paths, List<String> classes, List<String> coarse, int[] coarseOfFine, long total) {
        List<String> ids = new ArrayList<>();
        List<RgbImage> images = new ArrayList<>();
        List<Integer> labels = new ArrayList<>();
        // one file after the other, so that the order does not hang on the order in the archive
        for (String path : paths) {
            files.read(
                    List.of(path),
                    batch -> batch.forEach(file -> {
                        int record = labelBytes(form) + PIXEL_BYTES;
                        int count = file.bytes().length / record;
                        String stem = ImageFile.stem(EntryName.last(path));
                        for (int i = 0; i < count; i++) {
                            int start = i * record;
                            labels.add(label(file, start, i, classes, coarse, coarseOfFine));
                            ids.add(String.format("%s/%05d", stem, i));
                            budget.take(path, SIDE, SIDE);
                        }
                        images.addAll(IntStream.range(0, count)
                                .parallel()
                                .mapToObj(i -> image(file.bytes(), i * record + labelBytes(form)))
                                .toList());
                        done += count;
                        progress.read(done, total);
                    }));
        }
        return new LabeledImages(
                ids, labels.stream().mapToInt(Integer::intValue).toArray(), images);
    }

    private int label(
            FileContent file, int start, int place, List<String> classes, List<String> coarse, int[] coarseOfFine) {
        int fine = file.bytes()[start + labelBytes(form) - 1] & 0xFF;
        if (fine >= classes.size()) {
            throw outOfRange(file, place, fine, classes.size(), namesFile(form));
        }
        if (form == DatasetForm.CIFAR100_BINARY) {
            int group = file.bytes()[start] & 0xFF;
            if (group >= coarse.size()) {
                throw outOfRange(file, place, group, coarse.size(), COARSE_NAMES_FILE);
            }
            if (coarseOfFine[fine] >= 0 && coarseOfFine[fine] != group) {
                throw new InvalidDatasetException("image " + place + " of " + file.name() + " puts class '"
                        + classes.get(fine) + "' into '" + coarse.get(group) + "', an earlier one into '"
                        + coarse.get(coarseOfFine[fine]) + "'; expected one superclass per class. Correct the labels.");
            }
            coarseOfFine[fine] = group;
        }
        return fine;
    }

    private static InvalidDatasetException outOfRange(
            FileContent file, int place, int label, int classes, String namesFile) {
        return new InvalidDatasetException("image " + place + " of " + file.name() + " has label " + label
                + "; allowed: 0 to " + (classes - 1) + ", the lines of " + namesFile
                + ". The file is damaged or of another form: get it again.");
    }

    private static RgbImage image(byte[] file, int start) {
        byte[] pixels = new byte[PIXEL_BYTES];
        for (int i = 0; i < PLANE; i++) {
            pixels[3 * i] = file[start + i];
            pixels[3 * i + 1] = file[start + PLANE + i];
            pixels[3 * i + 2] = file[start + 2 * PLANE + i];
        }
        return new RgbImage(SIDE, SIDE, pixels);
    }

    /** A manifest that is ours; any other file of that name is none of our business. */
    private Optional<DatasetManifest> manifest() {
        String path = EntryName.join(root, DatasetManifest.FILE);
        if (!listing.has(path)) {
            return Optional.empty();
        }
        try {
            return Optional.of(FaultlineJson.read(texts.bytes(path), DatasetManifest.class));
        } catch (UncheckedIOException e) {
            return Optional.empty();
        }
    }

    private LabeledImages renamed(LabeledImages split, DatasetManifest manifest, Split name) {
        List<DatasetManifest.Entry> entries = manifest.images().stream()
                .filter(entry -> entry.split() == name)
                .toList();
        boolean fits = entries.size() == split.size()
                && IntStream.range(0, split.size()).allMatch(i -> entries.get(i).label() == split.labels()[i]);
        if (!fits) {
            throw new InvalidDatasetException(
                    EntryName.join(root, DatasetManifest.FILE) + " lists other images or labels"
                            + " than the batches hold; expected the same in the same order. Remove or replace it.");
        }
        return new LabeledImages(
                entries.stream().map(DatasetManifest.Entry::id).toList(), split.labels(), split.images());
    }
}
