package io.faultline.dataset;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Tiny-ImageNet-C (and ImageNet-C): {@code <corruption>/<severity>/<class>/<image>}. Images are in the order of their paths, and so
 * are their ids. Files that are not named as images are not read.
 *
 * @implNote labels are looked up by the class folder's name. The order of the folders is not that of Tiny-ImageNet's labels
 */
final class CorruptedFolders implements CorruptedImages {
    private static final int LEVELS_BELOW_ROOT = 4;
    private static final Set<String> SEVERITIES = Set.of("1", "2", "3", "4", "5");

    private final DataFiles files;
    private final ImageDecoder decoder;
    private final TreeMap<String, TreeMap<Integer, List<ImageFile>>> images;

    private CorruptedFolders(
            DataFiles files, ImageDecoder decoder, TreeMap<String, TreeMap<Integer, List<ImageFile>>> images) {
        this.files = files;
        this.decoder = decoder;
        this.images = images;
    }

    /** The names of the folders right above the images, ascending. */
    static List<String> classes(FileListing listing) {
        return listing.files().keySet().stream()
                .filter(ImageFile::isNamedImage)
                .map(path -> EntryName.last(EntryName.parent(path)))
                .distinct()
                .sorted()
                .toList();
    }

    static CorruptedFolders open(DataFiles files, FileListing listing, List<String> classes, ImageDecoder decoder) {
        if (!files.hasRandomAccess()) {
            throw new InvalidDatasetException(
                    "the set is in a compressed tar; allowed: a folder, a plain tar or a zip, out of"
                            + " which single images can be had. Unpack the archive.");
        }
        Map<String, Integer> labels = new HashMap<>();
        for (String name : classes) {
            labels.put(name, labels.size());
        }
        TreeMap<String, TreeMap<Integer, List<ImageFile>>> images = new TreeMap<>();
        TreeSet<String> roots = new TreeSet<>();
        for (String path : listing.files().keySet()) {
            if (!ImageFile.isNamedImage(path)) {
                continue;
            }
            List<String> levels = List.of(path.split("/"));
            int root = levels.size() - LEVELS_BELOW_ROOT;
            if (root < 0 || !SEVERITIES.contains(levels.get(root + 1))) {
                throw new InvalidDatasetException(
                        path + " lies where no image is looked for; allowed:"
                                + " <corruption>/<severity>/<class>/<image> with severities 1 to 5. Move the file or remove it.");
            }
            roots.add(String.join("/", levels.subList(0, root)));
            images.computeIfAbsent(levels.get(root), corruption -> new TreeMap<>())
                    .computeIfAbsent(Integer.valueOf(levels.get(root + 1)), severity -> new ArrayList<>())
                    .add(new ImageFile(
                            path,
                            String.join("/", levels.subList(root, levels.size())),
                            label(levels.get(root + 2), labels, path)));
        }
        if (roots.size() != 1) {
            throw new InvalidDatasetException(
                    roots.isEmpty()
                            ? "there is neither labels.npy nor an image; expected the files of CIFAR-10-C or the folders of"
                                    + " Tiny-ImageNet-C. Check the path."
                            : "there are corruptions below '" + roots.first() + "/' and '" + roots.last()
                                    + "/'; expected one set. Take them apart.");
        }
        return new CorruptedFolders(files, decoder, images);
    }

    private static int label(String className, Map<String, Integer> labels, String path) {
        Integer label = labels.get(className);
        if (label == null) {
            throw new InvalidDatasetException(path + " is of class '" + className + "', which is none of the "
                    + labels.size() + " that the classifier knows. Take the set that belongs to its data set.");
        }
        return label;
    }

    @Override
    public List<String> corruptions() {
        return List.copyOf(images.keySet());
    }

    @Override
    public List<Integer> severities(String corruption) {
        return List.copyOf(bySeverity(corruption).keySet());
    }

    @Override
    public int size(String corruption, int severity) {
        return images(corruption, severity).size();
    }

    @Override
    public int[] labels(String corruption, int severity) {
        return images(corruption, severity).stream().mapToInt(ImageFile::label).toArray();
    }

    @Override
    public LabeledImages read(String corruption, int severity, int[] places) {
        List<ImageFile> all = images(corruption, severity);
        List<ImageFile> asked = Arrays.stream(places).mapToObj(all::get).toList();
        return new LabeledImages(
                asked.stream().map(ImageFile::id).toList(),
                asked.stream().mapToInt(ImageFile::label).toArray(),
                FileImageSource.decode(
                        asked.stream().map(file -> new FileContent(file.path(), files.bytes(file.path()))), decoder));
    }

    private List<ImageFile> images(String corruption, int severity) {
        TreeMap<Integer, List<ImageFile>> bySeverity = bySeverity(corruption);
        List<ImageFile> found = bySeverity.get(severity);
        if (found == null) {
            throw new InvalidDatasetException("the set has no severity " + severity + " of " + corruption + "; it has "
                    + bySeverity.keySet() + ". Ask for one of them.");
        }
        return found;
    }

    private TreeMap<Integer, List<ImageFile>> bySeverity(String corruption) {
        TreeMap<Integer, List<ImageFile>> found = images.get(corruption);
        if (found == null) {
            throw new InvalidDatasetException("the set has no corruption '" + corruption + "'; it has "
                    + String.join(", ", images.keySet()) + ". Ask for one of them or add its folder.");
        }
        return found;
    }

    @Override
    public void close() {
        files.close();
    }
}
