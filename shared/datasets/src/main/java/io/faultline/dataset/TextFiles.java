package io.faultline.dataset;

import io.faultline.json.FaultlineJson;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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

    /**
     * The manifest of that name, if there is one and it is ours; any other file of that name is none of our business.
     *
     * @param type all of a manifest, or a part of its fields
     */
    <T> Optional<T> manifest(String path, Class<T> type) {
        if (!listing.has(path)) {
            return Optional.empty();
        }
        try {
            return Optional.ofNullable(FaultlineJson.read(bytes(path), type));
        } catch (UncheckedIOException e) {
            return Optional.empty();
        }
    }

    private byte[] bytes(String path) {
        if (files.hasRandomAccess()) {
            return files.bytes(path);
        }
        List<FileContent> found = new ArrayList<>();
        files.read(List.of(path), found::addAll);
        return found.get(0).bytes();
    }
}
