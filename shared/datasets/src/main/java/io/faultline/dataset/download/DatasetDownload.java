package io.faultline.dataset.download;

import io.faultline.dataset.download.Checksum.Algorithm;
import io.faultline.dataset.download.DownloadException.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Flow;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Fetches published files into a directory, each once.
 *
 * <p>A file is in the cache under its own name only when it is whole and its size and checksums fit; until then it is {@code
 * <name>.part}. Whoever comes first downloads, among threads and processes that share the directory, and the others wait. What a
 * broken connection, a stop or a crash leaves is continued (RFC 9110, Sec. 13.1.5 and 14): the server is asked for the missing
 * bytes of just that version, and if it has another, or cannot do so, the download starts over.
 *
 * <p>The SHA-256 of every file is kept beside it as {@code <name>.sha256}, in the form that {@code sha256sum -c} reads. So a file
 * that changes later, in the cache or at its source, is noticed even where its publisher names a weaker digest. A file found in
 * the cache is checked in full and no server is asked: a person may put it there by hand.
 *
 * <p>Safe for many threads.
 */
public final class DatasetDownload {
    private static final Duration CONNECT = Duration.ofSeconds(20);
    private static final Duration SILENCE = Duration.ofSeconds(60);
    private static final long PROGRESS_BYTES = 256 << 10;
    private static final int OK = 200;
    private static final int PARTIAL_CONTENT = 206;
    private static final int RANGE_NOT_SATISFIABLE = 416;
    private static final List<Integer> PASSING = List.of(408, 425, 429, 500, 502, 503, 504);
    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18})");

    private final Path cache;
    private final HttpClient client;
    private final Backoff backoff;
    private final Duration silence;

    /** @param cache is made if it is not there */
    public DatasetDownload(Path cache) {
        this(cache, Backoff.DEFAULT, SILENCE);
    }

    /** @param silence longest time without an answer or a byte of it */
    DatasetDownload(Path cache, Backoff backoff, Duration silence) {
        this.cache = cache.toAbsolutePath();
        this.backoff = backoff;
        this.silence = silence;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT)
                // never from https to http
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build();
    }

    /**
     * The file in the cache, downloaded if it is not there.
     *
     * @throws DownloadException if it cannot be had; what is there of it is kept and continued at the next call, unless it turned
     *     out to be something else
     * @throws UncheckedIOException if the cache cannot be read or written
     */
    public Path fetch(RemoteFile file, DownloadProgress progress) {
        try {
            Path target = cache.resolve(file.fileName());
            if (!Files.exists(target)) {
                Files.createDirectories(cache);
                PartialFile part = new PartialFile(target);
                Path lock = target.resolveSibling(target.getFileName() + ".lock");
                CacheLock held = CacheLock.take(lock, () -> report(progress, part, file));
                try {
                    if (!Files.exists(target)) {
                        return new Attempt(file, target, part, progress).download();
                    }
                } finally {
                    held.close();
                }
            }
            refuseUnlessSame(file, target);
            progress.downloaded(file.bytes(), file.bytes());
            return target;
        } catch (InterruptedException | ClosedByInterruptException e) {
            Thread.currentThread().interrupt();
            throw new DownloadException(
                    Reason.INTERRUPTED,
                    "the download of " + file.dataset() + " was interrupted; what is there is kept",
                    e);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "the cache " + cache + " cannot be used for " + file.fileName() + ": " + e.getMessage(), e);
        }
    }

    private static void report(DownloadProgress progress, PartialFile part, RemoteFile file) {
        try {
            progress.downloaded(part.size(), file.bytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Checks a file that was in the cache already; it is not deleted, since a person may have put it there. */
    private static void refuseUnlessSame(RemoteFile file, Path target) throws IOException {
        String remedy = "; move it away to have it downloaded again";
        refuseUnlessOfSize(file, target, remedy);
        Digests found = Digests.of(target);
        refuseUnlessPublished(file, target, found, remedy);
        Path record = recordOf(target);
        if (Files.exists(record)) {
            refuseUnlessRecorded(target, found, record, remedy);
        } else if (Files.isWritable(target.getParent())) {
            writeRecord(target, found);
        }
    }

    private static void refuseUnlessOfSize(RemoteFile file, Path path, String remedy) throws IOException {
        if (Files.size(path) != file.bytes()) {
            throw mismatch(path + " has " + Files.size(path) + " bytes; expected for " + file.dataset() + ": "
                    + file.identity() + remedy);
        }
    }

    private static void refuseUnlessPublished(RemoteFile file, Path path, Digests found, String remedy) {
        for (Checksum expected : file.checksums()) {
            Checksum got = found.get(expected.algorithm());
            if (!got.equals(expected)) {
                throw mismatch(path + " has " + got + "; expected for " + file.dataset() + ": " + expected + remedy);
            }
        }
    }

    private static void refuseUnlessRecorded(Path path, Digests found, Path record, String remedy) throws IOException {
        String recorded =
                Files.readString(record, StandardCharsets.UTF_8).strip().split("\\s")[0];
        String got = found.get(Algorithm.SHA256).hex();
        if (!got.equals(recorded)) {
            throw mismatch(path + " has SHA-256 " + got + "; it had '" + recorded + "' when it was first downloaded ("
                    + record + ")" + remedy + ", or delete the record to accept the new file");
        }
    }

    private static Path recordOf(Path target) {
        return target.resolveSibling(target.getFileName() + ".sha256");
    }

    private static void writeRecord(Path target, Digests found) throws IOException {
        Path written = target.resolveSibling(target.getFileName() + ".sha256.part");
        Files.writeString(written, found.get(Algorithm.SHA256).hex() + "  " + target.getFileName() + "\n");
        Files.move(written, recordOf(target), StandardCopyOption.ATOMIC_MOVE);
    }

    private static DownloadException mismatch(String message) {
        return new DownloadException(Reason.MISMATCH, message + ".", null);
    }

    /** A fault that may pass. */
    private static final class PassingFault extends Exception {
        PassingFault(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** One file on its way; used by whoever holds its lock. */
    private final class Attempt {
        private final RemoteFile file;
        private final URI uri;
        private final Path target;
        private final PartialFile part;
        private final DownloadProgress progress;
        private boolean continued;

        Attempt(RemoteFile file, Path target, PartialFile part, DownloadProgress progress) {
            this.file = file;
            this.uri = file.uri();
            this.target = target;
            this.part = part;
            this.progress = progress;
        }

        Path download() throws IOException, InterruptedException {
            refuseUnlessThereIsRoom();
            progress.downloaded(part.size(), file.bytes());
            continued = part.size() > 0;
            transferAll();
            try {
                publish();
            } catch (DownloadException e) {
                if (!continued) {
                    throw e;
                }
                // a crash may have left holes in the part that was continued
                continued = false;
                transferAll();
                publish();
            }
            return target;
        }

        private void refuseUnlessThereIsRoom() throws IOException {
            long missing = file.bytes() - part.size();
            long room = Files.getFileStore(cache).getUsableSpace();
            if (missing > room) {
                throw new IOException("it has room for " + room + " bytes and " + missing
                        + " are missing; make room or name another cache");
            }
        }

        /** Checks the whole part and gives it its name; whatever does not fit is deleted. */
        private void publish() throws IOException {
            String remedy = " from " + uri + "; it was deleted. Try again, or name another source";
            try {
                refuseUnlessOfSize(file, part.path(), remedy);
                Digests found = Digests.of(part.path());
                refuseUnlessPublished(file, part.path(), found, remedy);
                if (Files.exists(recordOf(target))) {
                    refuseUnlessRecorded(part.path(), found, recordOf(target), remedy);
                } else {
                    writeRecord(target, found);
                }
            } catch (DownloadException e) {
                part.delete();
                throw e;
            }
            part.publish(target);
        }

        /** Until the part is as long as the file, with pauses after failures that brought nothing. */
        private void transferAll() throws IOException, InterruptedException {
            int failures = 0;
            while (part.size() != file.bytes()) {
                long before = part.size();
                try {
                    transfer();
                } catch (PassingFault e) {
                    failures = part.size() > before ? 1 : failures + 1;
                    if (failures >= backoff.attempts()) {
                        throw unreachable(e);
                    }
                    backoff.pauseAfter(failures);
                }
            }
        }

        private void transfer() throws IOException, InterruptedException, PassingFault {
            Optional<String> validator = part.validatorOf(uri.toString());
            long from = validator.isPresent() && part.size() < file.bytes() ? part.size() : 0;
            HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                    .timeout(silence)
                    .header("User-Agent", "faultline")
                    .header("Accept-Encoding", "identity");
            if (from > 0) {
                request.header("Range", "bytes=" + from + "-").header("If-Range", validator.get());
            }
            HttpResponse<Flow.Publisher<List<ByteBuffer>>> response = send(request.build());
            try (BodyChunks body = new BodyChunks(response.body(), silence)) {
                switch (response.statusCode()) {
                    case OK -> {
                        refuseUnlessAsLong(response.headers()
                                .firstValueAsLong("Content-Length")
                                .orElse(file.bytes()));
                        continued = false;
                        part.startOver(uri.toString(), validatorIn(response));
                        receive(body);
                    }
                    case PARTIAL_CONTENT -> {
                        refuseUnlessRestOfSame(response, from, validator);
                        continued = true;
                        receive(body);
                    }
                    case RANGE_NOT_SATISFIABLE -> {
                        if (from == 0) {
                            throw refused(response);
                        }
                        part.delete();
                        throw new PassingFault(uri + " has no bytes from " + from + " on", null);
                    }
                    default -> {
                        if (PASSING.contains(response.statusCode())) {
                            throw new PassingFault(uri + " answers " + response.statusCode(), null);
                        }
                        throw refused(response);
                    }
                }
            }
        }

        private HttpResponse<Flow.Publisher<List<ByteBuffer>>> send(HttpRequest request)
                throws InterruptedException, PassingFault {
            try {
                return client.send(request, BodyHandlers.ofPublisher());
            } catch (IOException e) {
                String said = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
                throw new PassingFault(uri.getHost() + " cannot be reached (" + said + ")", e);
            }
        }

        private void receive(BodyChunks body) throws IOException, InterruptedException, PassingFault {
            long done = part.size();
            long reported = done;
            try (FileChannel out = part.open()) {
                for (List<ByteBuffer> bytes = next(body); !bytes.isEmpty(); bytes = next(body)) {
                    for (ByteBuffer buffer : bytes) {
                        done += buffer.remaining();
                        refuseUnlessWithin(done);
                        while (buffer.hasRemaining()) {
                            out.write(buffer);
                        }
                    }
                    if (done - reported >= PROGRESS_BYTES) {
                        reported = done;
                        progress.downloaded(done, file.bytes());
                    }
                }
            }
            if (done < file.bytes()) {
                throw new PassingFault(uri + " ended after " + done + " of " + file.bytes() + " bytes", null);
            }
            progress.downloaded(done, file.bytes());
        }

        private List<ByteBuffer> next(BodyChunks body) throws InterruptedException, PassingFault {
            try {
                return body.next();
            } catch (IOException e) {
                throw new PassingFault(uri + ": " + e.getMessage(), e);
            }
        }

        /** A weak validator cannot vouch for single bytes; then a date may. */
        private static Optional<String> validatorIn(HttpResponse<?> response) {
            return response.headers()
                    .firstValue("ETag")
                    .filter(tag -> tag.startsWith("\""))
                    .or(() -> response.headers().firstValue("Last-Modified"));
        }

        private void refuseUnlessRestOfSame(HttpResponse<?> response, long from, Optional<String> validator)
                throws IOException, PassingFault {
            String range = response.headers().firstValue("Content-Range").orElse("");
            Matcher said = CONTENT_RANGE.matcher(range);
            boolean rest = from > 0 && said.matches() && Long.parseLong(said.group(1)) == from;
            boolean same =
                    validatorIn(response).isEmpty() || validatorIn(response).equals(validator);
            if (!rest || !same) {
                part.delete();
                throw new PassingFault(uri + " answers with '" + range + "' of another version", null);
            }
            refuseUnlessAsLong(Long.parseLong(said.group(3)));
        }

        private void refuseUnlessAsLong(long bytes) throws IOException {
            if (bytes != file.bytes()) {
                part.delete();
                throw mismatch(uri + " has " + bytes + " bytes; expected for " + file.dataset() + ": " + file.identity()
                        + ". Name another source, or, if the publisher changed the file, its new size and SHA-256");
            }
        }

        private void refuseUnlessWithin(long done) throws IOException {
            if (done > file.bytes()) {
                part.delete();
                throw mismatch(uri + " sends more than the expected " + file.bytes() + " bytes; what came was deleted."
                        + " Name another source");
            }
        }

        private DownloadException refused(HttpResponse<?> response) {
            String location = response.headers()
                    .firstValue("Location")
                    .map(to -> " (to " + to + ")")
                    .orElse("");
            return new DownloadException(
                    Reason.REFUSED, uri + " answers " + response.statusCode() + location + "." + byHand(), null);
        }

        private DownloadException unreachable(PassingFault last) throws IOException {
            return new DownloadException(
                    Reason.UNREACHABLE,
                    file.dataset() + " was not downloaded: " + last.getMessage() + ", " + backoff.attempts()
                            + " times in a row." + (part.size() > 0 ? " " + part.size() + " bytes are kept." : "")
                            + byHand(),
                    last);
        }

        private String byHand() {
            return " Allow the connection, name another source, or put the file by hand to " + target + " ("
                    + file.identity() + ").";
        }
    }
}
