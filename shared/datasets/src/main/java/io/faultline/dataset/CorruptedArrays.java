package io.faultline.dataset;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * CIFAR-10-C and CIFAR-100-C: for each corruption an array (5·N, H, W, 3) of bytes, severity after severity, and one array of
 * 5·N labels for all. An image's id is {@code <corruption>/<severity>/<place>}.
 */
final class CorruptedArrays implements CorruptedImages {
    /** More than any published set has. */
    static final int MOST_CLASSES = 100_000;

    private static final String LABELS = "labels.npy";
    private static final String EXTENSION = ".npy";
    private static final int SEVERITIES = 5;
    private static final int CHANNELS = 3;
    private static final int MOST_LABELS = 10_000_000;

    private record Images(String path, long dataOffset, int height, int width) {
        int bytes() {
            return CHANNELS * height * width;
        }
    }

    private final DataFiles files;
    private final int[] labels;
    private final TreeMap<String, Images> arrays;

    private CorruptedArrays(DataFiles files, int[] labels, TreeMap<String, Images> arrays) {
        this.files = files;
        this.labels = labels;
        this.arrays = arrays;
    }

    static boolean isIn(FileListing listing) {
        return listing.files().keySet().stream()
                .anyMatch(file -> EntryName.last(file).endsWith(EXTENSION));
    }

    static CorruptedArrays open(DataFiles files, FileListing listing, int classes, PixelBudget budget) {
        if (!files.canSeek()) {
            throw new InvalidDatasetException(
                    "the .npy files are in a compressed archive; allowed: a folder or a plain tar,"
                            + " out of which single images can be had. Unpack the archive.");
        }
        String root = root(listing);
        int[] labels = labels(files, listing, EntryName.join(root, LABELS), classes);
        TreeMap<String, Images> arrays = new TreeMap<>();
        for (String file : listing.files().keySet()) {
            String name = EntryName.last(file);
            if (EntryName.parent(file).equals(root) && name.endsWith(EXTENSION) && !name.equals(LABELS)) {
                String corruption = name.substring(0, name.length() - EXTENSION.length());
                arrays.put(corruption, images(files, listing, file, labels.length, budget));
            }
        }
        if (arrays.isEmpty()) {
            throw new InvalidDatasetException("beside " + EntryName.join(root, LABELS)
                    + " there is no other .npy file; expected one for each corruption. Add them.");
        }
        return new CorruptedArrays(files, labels, arrays);
    }

    private static String root(FileListing listing) {
        List<String> found = listing.files().keySet().stream()
                .filter(file -> EntryName.last(file).equals(LABELS))
                .toList();
        if (found.size() != 1) {
            throw new InvalidDatasetException("there are .npy files and " + found.size() + " files named " + LABELS
                    + "; expected one, beside the images of each corruption. "
                    + (found.isEmpty() ? "Add the published one." : "Take the sets apart."));
        }
        return EntryName.parent(found.get(0));
    }

    private static int[] labels(DataFiles files, FileListing listing, String path, int classes) {
        NpyHeader header = header(files, listing, path);
        if (header.shape().size() != 1
                || header.shape().get(0) > MOST_LABELS
                || header.type().isUnknown()) {
            throw new InvalidDatasetException(path + " is an array of shape " + header.shape() + " and type '"
                    + header.type().name() + "'; expected (n,) of whole numbers, n at most " + MOST_LABELS
                    + ". Take the published file.");
        }
        int count = Math.toIntExact(header.shape().get(0));
        if (count == 0 || count % SEVERITIES != 0) {
            throw new InvalidDatasetException(path + " has " + count + " labels; expected as many for each of "
                    + SEVERITIES + " severities. Take the published file.");
        }
        int width = header.type().bytes();
        ByteBuffer bytes = ByteBuffer.wrap(files.bytes(path, header.dataOffset(), count * width))
                .order(ByteOrder.LITTLE_ENDIAN);
        int[] labels = new int[count];
        for (int i = 0; i < count; i++) {
            long label = header.type().value(bytes, i * width);
            if (label < 0 || label >= classes) {
                throw new InvalidDatasetException(path + " gives image " + i + " the label " + label
                        + "; allowed: 0 to " + (classes - 1)
                        + ", one for each class. Take the set that belongs to the data set.");
            }
            labels[i] = (int) label;
        }
        return labels;
    }

    private static Images images(DataFiles files, FileListing listing, String path, int labels, PixelBudget budget) {
        NpyHeader header = header(files, listing, path);
        List<Long> shape = header.shape();
        boolean fits = header.type() == NpyHeader.Type.UINT8
                && shape.size() == 4
                && shape.get(0) == labels
                && shape.get(3) == CHANNELS;
        if (!fits) {
            throw new InvalidDatasetException(path + " is an array of shape " + shape + " and type '"
                    + header.type().name() + "'; expected (" + labels
                    + ", height, width, 3) of uint8, an image for each"
                    + " label. Take the published file.");
        }
        budget.take(path, shape.get(1), shape.get(2));
        return new Images(path, header.dataOffset(), Math.toIntExact(shape.get(1)), Math.toIntExact(shape.get(2)));
    }

    private static NpyHeader header(DataFiles files, FileListing listing, String path) {
        long size = listing.files().get(path);
        int start = (int) Math.min(size, NpyHeader.LONGEST);
        return NpyHeader.of(path, files.bytes(path, 0, start), size);
    }

    @Override
    public List<String> corruptions() {
        return List.copyOf(arrays.keySet());
    }

    @Override
    public List<Integer> severities(String corruption) {
        array(corruption);
        return IntStream.rangeClosed(1, SEVERITIES).boxed().toList();
    }

    @Override
    public int size(String corruption, int severity) {
        array(corruption);
        if (severity < 1 || severity > SEVERITIES) {
            throw new InvalidDatasetException(
                    "the set has no severity " + severity + "; it has 1 to " + SEVERITIES + ". Ask for one of them.");
        }
        return labels.length / SEVERITIES;
    }

    @Override
    public int[] labels(String corruption, int severity) {
        int size = size(corruption, severity);
        return Arrays.copyOfRange(labels, (severity - 1) * size, severity * size);
    }

    @Override
    public LabeledImages read(String corruption, int severity, int[] places) {
        int size = size(corruption, severity);
        Images array = array(corruption);
        int first = (severity - 1) * size;
        List<String> ids = new ArrayList<>();
        List<RgbImage> images = new ArrayList<>();
        int from = 0;
        while (from < places.length) {
            // neighbours are read at once
            int to = from + 1;
            while (to < places.length && places[to] == places[to - 1] + 1) {
                to++;
            }
            Objects.checkFromToIndex(places[from], places[from] + to - from, size);
            int length = Math.multiplyExact(to - from, array.bytes());
            long offset = array.dataOffset() + (long) (first + places[from]) * array.bytes();
            byte[] bytes = files.bytes(array.path(), offset, length);
            for (int i = 0; i < to - from; i++) {
                ids.add(corruption + "/" + severity + "/" + places[from + i]);
                images.add(new RgbImage(
                        array.height(),
                        array.width(),
                        Arrays.copyOfRange(bytes, i * array.bytes(), (i + 1) * array.bytes())));
            }
            from = to;
        }
        return new LabeledImages(
                ids, Arrays.stream(places).map(place -> labels[first + place]).toArray(), images);
    }

    private Images array(String corruption) {
        Images array = arrays.get(corruption);
        if (array == null) {
            throw new InvalidDatasetException("the set has no corruption '" + corruption + "'; it has "
                    + String.join(", ", arrays.keySet()) + ". Ask for one of them or add its file.");
        }
        return array;
    }

    @Override
    public void close() {
        files.close();
    }
}
