package io.faultline.dataset.download;

import java.net.URI;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A file that somebody publishes, and how to know that it is that file.
 *
 * @param dataset for messages, such as {@code cifar-10}
 * @param uri http or https; the last part of its path is the file's name in the cache
 * @param bytes of the whole file
 * @param checksums all of them must fit; at least one
 */
public record RemoteFile(String dataset, URI uri, long bytes, List<Checksum> checksums) {
    private static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,200}");

    public RemoteFile {
        checksums = List.copyOf(checksums);
        boolean http = "https".equalsIgnoreCase(uri.getScheme()) || "http".equalsIgnoreCase(uri.getScheme());
        if (!http || uri.getHost() == null || uri.getRawUserInfo() != null || uri.getRawFragment() != null) {
            throw new IllegalArgumentException(
                    "'" + uri + "' cannot be downloaded; allowed: http or https, a host, no user and no fragment");
        }
        if (!FILE_NAME.matcher(lastOf(uri)).matches()) {
            throw new IllegalArgumentException(
                    "'" + uri
                            + "' does not end in a file name; allowed: letters, digits, '.', '_' and '-', not first a '.' or '-'");
        }
        if (bytes < 1) {
            throw new IllegalArgumentException("a file of " + bytes + " bytes; allowed: at least 1");
        }
        if (checksums.isEmpty()) {
            throw new IllegalArgumentException("no checksum of " + uri + "; give its SHA-256");
        }
    }

    /** A file that a site hosts itself. */
    public static RemoteFile of(String dataset, URI uri, long bytes, String sha256) {
        return new RemoteFile(dataset, uri, bytes, List.of(Checksum.sha256(sha256)));
    }

    /**
     * The same file, which must have the same bytes, under the same name in another place.
     *
     * @param mirror a folder, such as {@code https://mirror.example.org/datasets/}
     */
    public RemoteFile at(URI mirror) {
        String folder = mirror.toString();
        return new RemoteFile(
                dataset, URI.create(folder + (folder.endsWith("/") ? "" : "/") + fileName()), bytes, checksums);
    }

    /** In the cache. */
    public String fileName() {
        return lastOf(uri);
    }

    /** What a person must know to fetch the file by hand. */
    String identity() {
        return bytes + " bytes, " + checksums.stream().map(Checksum::toString).collect(Collectors.joining(", "));
    }

    private static String lastOf(URI uri) {
        String path = uri.getRawPath() == null ? "" : uri.getRawPath();
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
