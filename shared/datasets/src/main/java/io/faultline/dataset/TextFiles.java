package io.faultline.dataset;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The small files of a data set that say what its images mean. */
final class TextFiles {
    private final DataFiles files;
    private final FileListing listing;

    TextFiles(DataFiles files, FileListing listing) {
        this.files = files;
        this.listing = listing;
    }

    /**
     * The lines of a file, stripped, without empty ones.
     *
     * @param meaning what the lines say, for the message if the file is missing
     */
    List<String> lines(String path, String meaning) {
        if (!listing.has(path)) {
            throw new InvalidDatasetException(path + " is missing; expected there: " + meaning + ". Add the file.");
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes(path)))
                    .toString();
            return text.lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .toList();
        } catch (CharacterCodingException e) {
            throw new InvalidDatasetException(path + " is no text in UTF-8; expected there: " + meaning + ".", e);
        }
    }

    byte[] bytes(String path) {
        List<FileContent> found = new ArrayList<>();
        files.read(List.of(path), found::addAll);
        return found.get(0).bytes();
    }
}
