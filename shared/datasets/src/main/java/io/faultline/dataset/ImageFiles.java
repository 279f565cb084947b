package io.faultline.dataset;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A data set of one file per image, before its images are decoded.
 *
 * @param train ascending by id
 * @param test ascending by id
 */
record ImageFiles(
        DatasetForm form,
        List<String> classes,
        List<String> descriptions,
        List<ImageFile> train,
        List<ImageFile> test) {
    ImageFiles {
        train = sorted(train);
        test = sorted(test);
    }

    private static List<ImageFile> sorted(List<ImageFile> files) {
        Map<String, String> paths = new HashMap<>();
        for (ImageFile file : files) {
            String other = paths.put(file.id(), file.path());
            if (other != null) {
                throw new InvalidDatasetException(other + " and " + file.path() + " both have the id " + file.id()
                        + "; expected one image of a name, whatever its extension. Rename one of them.");
            }
        }
        return files.stream().sorted(Comparator.comparing(ImageFile::id)).toList();
    }
}
