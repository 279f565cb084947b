package io.faultline.dataset;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * {@code train/<class>/<image>} and {@code test/<class>/<image>}, or, where {@code test} has no folder of a class, {@code
 * val/<class>/<image>}, as ImageNet is laid out. Labels follow the class names in ascending order, unless a manifest of ours lies
 * beside the folders and names the same classes in another; an image's id is {@code <class>/<file name without extension>}. Other
 * folders beside these two and files beside them are not read.
 */
final class ImageFolder {
    private static final String TRAIN = "train";
    private static final String TEST = "test";
    private static final String VALIDATION = "val";

    private static final String VALIDATION_LIST =
            " ImageNet's validation images are published so, and their classes in a"
                    + " list of their own (LOC_val_solution.csv, or ILSVRC2012_validation_ground_truth.txt of the development kit), which"
                    + " is not read: sort the images by it into val/<class>/ first.";

    private ImageFolder() {}

    /** Whether there is a test split of this form. */
    static boolean hasTestSplit(FileListing listing, String root) {
        return listing.hasFolder(EntryName.join(root, TEST)) || listing.hasFolder(EntryName.join(root, VALIDATION));
    }

    static ImageFiles find(DataFiles files, FileListing listing, String root) {
        String train = EntryName.join(root, TRAIN);
        String test = testSplit(listing, root);
        SortedSet<String> classes = new TreeSet<>(classesIn(listing, train));
        for (String name : classesIn(listing, test)) {
            if (!classes.contains(name)) {
                throw new InvalidDatasetException("class '" + name + "' is in " + test + "/ but not in " + train
                        + "/; expected the same classes in both. Add " + EntryName.join(train, name)
                        + "/ with images or remove " + EntryName.join(test, name) + "/.");
            }
        }
        List<String> names =
                inOrder(classes, new TextFiles(files, listing), EntryName.join(root, DatasetManifest.FILE));
        Map<String, Integer> labels =
                IntStream.range(0, names.size()).boxed().collect(Collectors.toMap(names::get, label -> label));
        return new ImageFiles(
                DatasetForm.IMAGE_FOLDER, names, names, images(listing, train, labels), images(listing, test, labels));
    }

    private static String testSplit(FileListing listing, String root) {
        String test = EntryName.join(root, TEST);
        String validation = EntryName.join(root, VALIDATION);
        // ImageNet's own test images lie in test/ without folders of classes, for these are secret
        return hasClasses(listing, test) || !listing.hasFolder(validation) ? test : validation;
    }

    private static boolean hasClasses(FileListing listing, String split) {
        String below = split + "/";
        return listing.folders().tailSet(below).stream()
                        .findFirst()
                        .filter(folder -> folder.startsWith(below))
                        .isPresent()
                || listing.files().tailMap(below).keySet().stream()
                        .takeWhile(file -> file.startsWith(below))
                        .anyMatch(file -> file.indexOf('/', below.length()) >= 0);
    }

    /** As the manifest beside them orders them, if it is ours and names these very classes; else ascending. */
    private static List<String> inOrder(SortedSet<String> classes, TextFiles texts, String manifest) {
        return texts.manifest(manifest, DatasetManifest.Heading.class)
                .map(DatasetManifest.Heading::classes)
                .filter(named -> named.size() == classes.size() && classes.containsAll(named))
                .orElseGet(() -> List.copyOf(classes));
    }

    /** Where an image lies in a written folder. */
    static String path(String split, String className, String id, String extension) {
        if (!id.startsWith(className + "/") || id.indexOf('/', className.length() + 1) >= 0) {
            throw new IllegalArgumentException(
                    "image id is '" + id + "'; in an image folder it must be '" + className + "/' and a name");
        }
        return split + "/" + id + "." + extension;
    }

    private static SortedSet<String> classesIn(FileListing listing, String split) {
        String below = split + "/";
        SortedSet<String> classes = new TreeSet<>();
        for (String folder : listing.folders().tailSet(below)) {
            if (!folder.startsWith(below)) {
                break;
            }
            classes.add(folder.substring(below.length()).split("/")[0]);
        }
        for (String file : listing.files().tailMap(below).keySet()) {
            if (!file.startsWith(below)) {
                break;
            }
            String[] levels = file.substring(below.length()).split("/");
            if (levels.length != 2) {
                throw new InvalidDatasetException(file + " lies "
                        + (levels.length < 2 ? "directly in " : "too deep in ") + split + "/; allowed: "
                        + split + "/<class>/<image>. Move the file or remove it."
                        + (levels.length < 2 && EntryName.last(split).equals(VALIDATION) ? VALIDATION_LIST : ""));
            }
            classes.add(levels[0]);
        }
        return classes;
    }

    private static List<ImageFile> images(FileListing listing, String split, Map<String, Integer> labels) {
        String below = split + "/";
        List<ImageFile> images = new ArrayList<>();
        for (String file : listing.files().tailMap(below).keySet()) {
            if (!file.startsWith(below)) {
                break;
            }
            ImageFile.refuseUnlessNamedImage(file);
            String[] levels = file.substring(below.length()).split("/");
            images.add(new ImageFile(file, levels[0] + "/" + ImageFile.stem(levels[1]), labels.get(levels[0])));
        }
        return images;
    }
}
