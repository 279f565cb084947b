package io.faultline.dataset;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * {@code train/<class>/<image>} and {@code test/<class>/<image>}. Labels follow the class names in ascending order; an
 * image's id is {@code <class>/<file name without extension>}. Other folders beside {@code train} and {@code test} and files
 * beside them are not read.
 */
final class ImageFolder {
    private static final String TRAIN = "train";
    private static final String TEST = "test";

    private ImageFolder() {}

    static ImageFiles find(FileListing listing, String root) {
        String train = EntryName.join(root, TRAIN);
        String test = EntryName.join(root, TEST);
        SortedSet<String> classes = new TreeSet<>(classesIn(listing, train));
        for (String name : classesIn(listing, test)) {
            if (!classes.contains(name)) {
                throw new InvalidDatasetException("class '" + name + "' is in " + test + "/ but not in " + train
                        + "/; expected the same classes in both. Add " + EntryName.join(train, name)
                        + "/ with images or remove " + EntryName.join(test, name) + "/.");
            }
        }
        List<String> names = List.copyOf(classes);
        Map<String, Integer> labels =
                IntStream.range(0, names.size()).boxed().collect(Collectors.toMap(names::get, label -> label));
        return new ImageFiles(
                DatasetForm.IMAGE_FOLDER, names, names, images(listing, train, labels), images(listing, test, labels));
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
                throw new InvalidDatasetException(
                        file + " lies " + (levels.length < 2 ? "directly in " : "too deep in ") + split + "/; allowed: "
                                + split + "/<class>/<image>. Move the file or remove it.");
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
