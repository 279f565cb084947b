package io.faultline.dataset;

import io.faultline.recipe.Split;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The official CIFAR binary versions (Krizhevsky, 2009). A record is one label byte (CIFAR-10) or a coarse and a fine one
 * (CIFAR-100), then 32×32 bytes of red, of green, of blue, row by row. An image's id is {@code <file>/<place in it>}, unless
 * a manifest of ours lies beside the files and knows it by an earlier name.
 */
final class CifarImageSource implements ImageSource {
    static final int SIDE = 32;
    static final int PLANE = SIDE * SIDE;
    static final int PIXEL_BYTES = 3 * PLANE;
    static final String COARSE_NAMES_FILE = "coarse_label_names.txt";

    private static final int MOST_CLASSES = 256;
    private static final int IMAGES_AT_ONCE = 2048;

    /** One of the archive's files of images. */
    private record Batch(String path, Split split, int firstPlace, int images) {}

    private final DatasetForm form;
    private final DataFiles files;
    private final FileListing listing;
    private final String root;
    private final TextFiles texts;
    private final PixelBudget budget;
    private final List<String> classes;
    private final List<String> coarse;
    private final List<Batch> batches;
    private final List<String> descriptions;
    private final Map<Split, ImageIndex> indexes;

    CifarImageSource(DatasetForm form, DataFiles files, FileListing listing, String root, PixelBudget budget) {
        this.form = form;
        this.files = files;
        this.listing = listing;
        this.root = root;
        this.texts = new TextFiles(files, listing);
        this.budget = budget;
        this.classes = names(namesFile(form));
        List<String> trainFiles = trainFiles();
        String testFile = required(form == DatasetForm.CIFAR10_BINARY ? "test_batch.bin" : "test.bin");
        this.coarse = form == DatasetForm.CIFAR100_BINARY ? names(COARSE_NAMES_FILE) : List.of();
        this.batches = Stream.concat(
                        batches(trainFiles, Split.TRAINING).stream(), batches(List.of(testFile), Split.TEST).stream())
                .toList();
        Labels labels = labels();
        this.descriptions = IntStream.range(0, classes.size())
                .mapToObj(fine ->
                        labels.coarseOfFine[fine] < 0 ? classes.get(fine) : coarse.get(labels.coarseOfFine[fine]))
                .toList();
        Optional<DatasetManifest> manifest = manifest();
        this.indexes = Map.of(
                Split.TRAINING,
                index(Split.TRAINING, labels, manifest),
                Split.TEST,
                index(Split.TEST, labels, manifest));
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

    @Override
    public DatasetForm form() {
        return form;
    }

    @Override
    public List<String> classes() {
        return classes;
    }

    @Override
    public List<String> descriptions() {
        return descriptions;
    }

    @Override
    public ImageIndex index(Split split) {
        return indexes.get(split);
    }

    @Override
    public void forEach(Visitor visitor, ReadProgress progress) {
        int total = index(Split.TRAINING).size() + index(Split.TEST).size();
        int[] done = {0};
        eachBatch((batch, bytes) -> {
            for (int from = 0; from < batch.images(); from += IMAGES_AT_ONCE) {
                int first = from;
                List<RgbImage> images = IntStream.range(from, Math.min(from + IMAGES_AT_ONCE, batch.images()))
                        .parallel()
                        .mapToObj(i -> image(batch, bytes, i))
                        .toList();
                IntStream.range(0, images.size())
                        .forEach(i -> visitor.visit(batch.split(), batch.firstPlace() + first + i, images.get(i)));
                done[0] += images.size();
                progress.read(done[0], total);
            }
        });
    }

    @Override
    public boolean hasRandomAccess() {
        return files.canSeek();
    }

    @Override
    public List<RgbImage> read(Split split, int[] places) {
        int record = labelBytes(form) + PIXEL_BYTES;
        return IntStream.of(places)
                .parallel()
                .mapToObj(place -> {
                    Batch batch = batchOf(split, place);
                    long from = (long) record * (place - batch.firstPlace());
                    return image(batch, files.bytes(batch.path(), from, record), 0);
                })
                .toList();
    }

    @Override
    public void close() {
        files.close();
    }

    private Batch batchOf(Split split, int place) {
        return batches.stream()
                .filter(batch -> batch.split() == split
                        && place >= batch.firstPlace()
                        && place < batch.firstPlace() + batch.images())
                .findFirst()
                .orElseThrow(() -> new IndexOutOfBoundsException("the " + split + " split has no image " + place));
    }

    /** All files of images in one pass, in the order in which they lie. */
    private void eachBatch(BiConsumer<Batch, byte[]> reader) {
        Map<String, Batch> byPath = batches.stream().collect(Collectors.toMap(Batch::path, batch -> batch));
        files.read(
                byPath.keySet(),
                contents -> contents.forEach(file -> reader.accept(byPath.get(file.name()), file.bytes())));
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

    private List<Batch> batches(List<String> paths, Split split) {
        int record = labelBytes(form) + PIXEL_BYTES;
        List<Batch> found = new ArrayList<>();
        int place = 0;
        for (String path : paths) {
            long size = listing.files().get(path);
            if (size == 0 || size % record != 0) {
                throw new InvalidDatasetException(
                        path + " has " + size + " bytes; expected a whole number of images of " + record
                                + " bytes each. The file is cut off or of another form: get it again.");
            }
            found.add(new Batch(path, split, place, Math.toIntExact(size / record)));
            place += Math.toIntExact(size / record);
        }
        return found;
    }

    /**
     * What the label bytes say.
     *
     * @param coarseOfFine the superclass of each class; −1 where no image tells it
     */
    private record Labels(Map<Batch, int[]> fine, int[] coarseOfFine) {}

    private Labels labels() {
        Labels labels = new Labels(new HashMap<>(), new int[classes.size()]);
        Arrays.fill(labels.coarseOfFine, -1);
        eachBatch((batch, bytes) -> labels.fine.put(
                batch,
                IntStream.range(0, batch.images())
                        .map(i -> label(batch, bytes, i, labels.coarseOfFine))
                        .toArray()));
        return labels;
    }

    private int label(Batch batch, byte[] bytes, int place, int[] coarseOfFine) {
        int start = place * (labelBytes(form) + PIXEL_BYTES);
        int fine = bytes[start + labelBytes(form) - 1] & 0xFF;
        if (fine >= classes.size()) {
            throw outOfRange(batch.path(), place, fine, classes.size(), namesFile(form));
        }
        if (form == DatasetForm.CIFAR100_BINARY) {
            int group = bytes[start] & 0xFF;
            if (group >= coarse.size()) {
                throw outOfRange(batch.path(), place, group, coarse.size(), COARSE_NAMES_FILE);
            }
            if (coarseOfFine[fine] >= 0 && coarseOfFine[fine] != group) {
                throw new InvalidDatasetException("image " + place + " of " + batch.path() + " puts class '"
                        + classes.get(fine) + "' into '" + coarse.get(group) + "', an earlier one into '"
                        + coarse.get(coarseOfFine[fine]) + "'; expected one superclass per class. Correct the labels.");
            }
            coarseOfFine[fine] = group;
        }
        return fine;
    }

    private static InvalidDatasetException outOfRange(
            String path, int place, int label, int classes, String namesFile) {
        return new InvalidDatasetException("image " + place + " of " + path + " has label " + label
                + "; allowed: 0 to " + (classes - 1) + ", the lines of " + namesFile
                + ". The file is damaged or of another form: get it again.");
    }

    private RgbImage image(Batch batch, byte[] bytes, int place) {
        budget.take(batch.path(), SIDE, SIDE);
        int start = place * (labelBytes(form) + PIXEL_BYTES) + labelBytes(form);
        byte[] pixels = new byte[PIXEL_BYTES];
        for (int i = 0; i < PLANE; i++) {
            pixels[3 * i] = bytes[start + i];
            pixels[3 * i + 1] = bytes[start + PLANE + i];
            pixels[3 * i + 2] = bytes[start + 2 * PLANE + i];
        }
        return new RgbImage(SIDE, SIDE, pixels);
    }

    private Optional<DatasetManifest> manifest() {
        return texts.manifest(EntryName.join(root, DatasetManifest.FILE), DatasetManifest.class);
    }

    private ImageIndex index(Split split, Labels labels, Optional<DatasetManifest> manifest) {
        List<Batch> own =
                batches.stream().filter(batch -> batch.split() == split).toList();
        int[] fine =
                own.stream().map(labels.fine::get).flatMapToInt(Arrays::stream).toArray();
        return manifest.map(named -> named(split, named, fine))
                .orElseGet(() -> new ImageIndex(
                        own.stream()
                                .flatMap(batch -> {
                                    String stem = ImageFile.stem(EntryName.last(batch.path()));
                                    return IntStream.range(0, batch.images())
                                            .mapToObj(i -> String.format("%s/%05d", stem, i));
                                })
                                .toList(),
                        fine));
    }

    private ImageIndex named(Split split, DatasetManifest manifest, int[] labels) {
        List<DatasetManifest.Entry> entries = manifest.images().stream()
                .filter(entry -> entry.split() == split)
                .toList();
        boolean fits = entries.size() == labels.length
                && IntStream.range(0, labels.length)
                        .allMatch(i -> entries.get(i).label() == labels[i]);
        if (!fits) {
            throw new InvalidDatasetException(
                    EntryName.join(root, DatasetManifest.FILE) + " lists other images or labels"
                            + " than the batches hold; expected the same in the same order. Remove or replace it.");
        }
        return new ImageIndex(entries.stream().map(DatasetManifest.Entry::id).toList(), labels);
    }
}
