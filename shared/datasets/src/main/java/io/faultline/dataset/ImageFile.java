package io.faultline.dataset;

import java.util.Set;

/** Where an image lies, and what is known of it before it is decoded. */
record ImageFile(String path, String id, int label) {
    private static final Set<String> EXTENSIONS = Set.of("png", "jpg", "jpeg");

    /** A file name without its extension. */
    static String stem(String fileName) {
        int dot = fileName.lastIndexOf('.');
        return dot > 0 ? fileName.substring(0, dot) : fileName;
    }

    static boolean isNamedImage(String path) {
        String fileName = EntryName.last(path);
        String extension = fileName.substring(fileName.lastIndexOf('.') + 1).toLowerCase(java.util.Locale.ROOT);
        return EXTENSIONS.contains(extension);
    }

    /** @throws InvalidDatasetException unless the name ends as that of an image */
    static void refuseUnlessNamedImage(String path) {
        if (!isNamedImage(path)) {
            throw new InvalidDatasetException(path + " lies among images but is none; allowed there: .png, .jpg, .jpeg."
                    + " Convert the file or remove it.");
        }
    }
}
