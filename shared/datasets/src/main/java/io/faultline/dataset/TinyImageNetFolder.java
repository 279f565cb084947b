package io.faultline.dataset;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The official Tiny-ImageNet layout: {@code wnids.txt} names the classes in the order of their labels, {@code
 * train/<wnid>/images/} holds the training images, {@code val/images/} with {@code val_annotations.txt} the labelled
 * validation images, which are the test split (the official test images have no labels and are not read). An image's id is
 * its file name without extension.
 */
final class TinyImageNetFolder {
    static final String WNIDS = "wnids.txt";
    static final String WORDS = "words.txt";
    static final String ANNOTATIONS = "val_annotations.txt";

    private TinyImageNetFolder() {}

    /** Whether a folder has a file that only this form has. */
    static boolean isAt(FileListing listing, String root) {
        return listing.has(EntryName.join(root, WNIDS)) || listing.has(EntryName.join(root, "val/" + ANNOTATIONS));
    }

    static ImageFiles find(DataFiles files, FileListing listing, String root) {
        TextFiles texts = new TextFiles(files, listing);
        List<String> wnids = texts.lines(EntryName.join(root, WNIDS), "the class of each label, one per line");
        Map<String, Integer> labels = new HashMap<>();
        for (String wnid : wnids) {
            if (labels.put(wnid, labels.size()) != null) {
                throw new InvalidDatasetException(EntryName.join(root, WNIDS) + " names " + wnid
                        + " twice; expected each class once. Correct the file.");
            }
        }
        return new ImageFiles(
                DatasetForm.TINY_IMAGENET,
                wnids,
                descriptions(texts, listing, root, wnids),
                train(listing, root, labels),
                val(texts, listing, root, labels));
    }

    /**
     * Where a training image lies in a written layout. The content is PNG under the official name, which other programs
     * look for and whose content they tell by its first bytes.
     */
    static String trainPath(String wnid, String id) {
        return "train/" + wnid + "/images/" + id + ".JPEG";
    }

    /** Where a test image lies in a written layout. */
    static String testPath(String id) {
        return "val/images/" + id + ".JPEG";
    }

    /** A test image's line of {@code val_annotations.txt}; the box is the whole image. */
    static String annotation(String id, String wnid, int height, int width) {
        return id + ".JPEG\t" + wnid + "\t0\t0\t" + (width - 1) + "\t" + (height - 1);
    }

    private static List<String> descriptions(TextFiles texts, FileListing listing, String root, List<String> wnids) {
        String path = EntryName.join(root, WORDS);
        if (!listing.has(path)) {
            return wnids;
        }
        Map<String, String> words = new HashMap<>();
        for (String line : texts.lines(path, "a class and its words on each line")) {
            String[] columns = line.split("\t", 2);
            if (columns.length == 2) {
                words.put(columns[0], columns[1].strip());
            }
        }
        return wnids.stream().map(wnid -> words.getOrDefault(wnid, wnid)).toList();
    }

    private static List<ImageFile> train(FileListing listing, String root, Map<String, Integer> labels) {
        String below = EntryName.join(root, "train") + "/";
        for (String folder : listing.folders().tailSet(below)) {
            if (!folder.startsWith(below)) {
                break;
            }
            label(folder.substring(below.length()).split("/")[0], labels, folder, root);
        }
        List<ImageFile> images = new ArrayList<>();
        for (String file : listing.files().tailMap(below).keySet()) {
            if (!file.startsWith(below)) {
                break;
            }
            String[] levels = file.substring(below.length()).split("/");
            int label = label(levels[0], labels, file, root);
            if (levels.length == 3 && levels[1].equals("images")) {
                ImageFile.refuseUnlessNamedImage(file);
                images.add(new ImageFile(file, ImageFile.stem(levels[2]), label));
            } else if (!file.endsWith("_boxes.txt")) {
                throw new InvalidDatasetException(file + " lies where no image is looked for; allowed: " + below
                        + "<wnid>/images/<image>. Move the file or remove it.");
            }
        }
        return images;
    }

    private static List<ImageFile> val(TextFiles texts, FileListing listing, String root, Map<String, Integer> labels) {
        String annotations = EntryName.join(root, "val/" + ANNOTATIONS);
        String below = EntryName.join(root, "val/images") + "/";
        List<ImageFile> images = new ArrayList<>();
        Set<String> annotated = new HashSet<>();
        for (String line : texts.lines(annotations, "an image and its class on each line")) {
            String[] columns = line.split("\t");
            if (columns.length < 2) {
                throw new InvalidDatasetException(annotations + " has the line '" + EntryName.shown(line)
                        + "'; expected an image's file name, a tab, its class. Correct the file.");
            }
            String file = below + columns[0];
            if (!listing.has(file)) {
                throw new InvalidDatasetException(annotations + " names " + EntryName.shown(columns[0])
                        + ", but there is no " + EntryName.shown(file) + ". Add the image or remove the line.");
            }
            if (!annotated.add(file)) {
                throw new InvalidDatasetException(
                        annotations + " names " + columns[0] + " twice; expected each image once. Remove one line.");
            }
            ImageFile.refuseUnlessNamedImage(file);
            images.add(new ImageFile(file, ImageFile.stem(columns[0]), label(columns[1], labels, annotations, root)));
        }
        for (String file : listing.files().tailMap(below).keySet()) {
            if (!file.startsWith(below)) {
                break;
            }
            if (!annotated.contains(file)) {
                throw new InvalidDatasetException(file + " has no line in " + annotations
                        + "; expected its class there. Add the line or remove the image.");
            }
        }
        return images;
    }

    private static int label(String wnid, Map<String, Integer> labels, String where, String root) {
        Integer label = labels.get(wnid);
        if (label == null) {
            throw new InvalidDatasetException(where + " is of class '" + EntryName.shown(wnid) + "', which "
                    + EntryName.join(root, WNIDS) + " does not name; allowed: its " + labels.size()
                    + " classes. Correct one of them.");
        }
        return label;
    }
}
