package io.faultline.dataset.download;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.Headers;
import io.faultline.dataset.download.DownloadException.Reason;
import io.faultline.recipe.Seed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatasetDownloadTest {
    private static final int BYTES = 1_000_000;
    private static final int CUT = 400_000;
    private static final String NAME = "pictures.tar.gz";
    /** Long enough for a busy machine, short enough for a test. */
    private static final Duration SILENCE = Duration.ofSeconds(1);

    private static final Backoff IMPATIENT = new Backoff(3, Duration.ofMillis(1));
    private static final Backoff ONCE = new Backoff(1, Duration.ofMillis(1));

    private final byte[] content = new byte[BYTES];
    private final List<Long> progress = new ArrayList<>();

    @TempDir
    Path folder;

    private Path cache;
    private FileServer server;
    private RemoteFile file;

    @BeforeEach
    void serve() throws IOException {
        Seed.of(11).generator().nextBytes(content);
        server = new FileServer(content);
        cache = folder.resolve("cache");
        file = RemoteFile.of("pictures", server.uri("/data/" + NAME), BYTES, sha256(content));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Nested
    class Whole {
        @Test
        void fileComesWholeWithItsDigestBesideIt() throws IOException {
            // When
            Path fetched = fetch(IMPATIENT);

            // Then
            assertThat(fetched).isEqualTo(cache.resolve(NAME)).hasBinaryContent(content);
            assertThat(cache.resolve(NAME + ".sha256")).hasContent(sha256(content) + "  " + NAME + "\n");
            assertThat(filesInCache()).containsExactly(NAME, NAME + ".lock", NAME + ".sha256");
            assertThat(server.requests()).hasSize(1);
        }

        @Test
        void progressBeginsAtNothingAndEndsAtAll() {
            // When
            fetch(IMPATIENT);

            // Then
            assertThat(progress)
                    .startsWith(0L)
                    .endsWith((long) BYTES)
                    .isSorted()
                    .hasSizeGreaterThan(3);
        }

        @Test
        void fileInTheCacheNeedsNoServer() throws IOException {
            // Given
            fetch(IMPATIENT);
            server.close();

            // When
            Path fetched = fetch(ONCE);

            // Then
            assertThat(fetched).hasBinaryContent(content);
            assertThat(server.requests()).hasSize(1);
        }

        @Test
        void filePutThereByHandIsTakenAndRecorded() throws IOException {
            // Given
            Files.createDirectories(cache);
            Files.write(cache.resolve(NAME), content);

            // When
            Path fetched = fetch(ONCE);

            // Then
            assertThat(fetched).hasBinaryContent(content);
            assertThat(cache.resolve(NAME + ".sha256")).hasContent(sha256(content) + "  " + NAME + "\n");
            assertThat(server.requests()).isEmpty();
        }

        @Test
        void mirrorIsAskedForTheSameFile() {
            // Given
            RemoteFile official = RemoteFile.of(
                    "pictures", URI.create("https://pictures.invalid/far/" + NAME), BYTES, sha256(content));

            // When
            Path fetched = new DatasetDownload(cache, IMPATIENT, SILENCE)
                    .fetch(official.at(server.uri("/mirror")), DownloadProgress.SILENT);

            // Then
            assertThat(fetched).hasBinaryContent(content);
        }

        @Test
        void redirectIsFollowed() {
            // Given
            server.next(exchange -> {
                exchange.getResponseHeaders()
                        .set("Location", server.uri("/elsewhere").toString());
                exchange.sendResponseHeaders(302, -1);
            });

            // When, Then
            assertThat(fetch(ONCE)).hasBinaryContent(content);
        }

        @Test
        void twoAtOnceDownloadOnce() throws Exception {
            // Given: the first has some bytes and waits until the second has looked for the lock
            CountDownLatch firstHasSome = new CountDownLatch(1);
            CountDownLatch secondWaits = new CountDownLatch(1);
            CompletableFuture<Path> first = CompletableFuture.supplyAsync(
                    () -> new DatasetDownload(cache, IMPATIENT, SILENCE).fetch(file, (done, total) -> {
                        if (done > 0) {
                            firstHasSome.countDown();
                            await(secondWaits);
                        }
                    }));
            await(firstHasSome);

            // When
            Path second = new DatasetDownload(cache, IMPATIENT, SILENCE)
                    .fetch(file, (done, total) -> secondWaits.countDown());

            // Then
            assertThat(second).isEqualTo(first.get(10, TimeUnit.SECONDS)).hasBinaryContent(content);
            assertThat(server.requests()).hasSize(1);
        }

        @Test
        void manyAtOnceWithOneDownloadGetOneFile() {
            // Given
            DatasetDownload download = new DatasetDownload(cache, IMPATIENT, SILENCE);

            // When
            List<Path> fetched = IntStream.range(0, 4)
                    .mapToObj(i -> CompletableFuture.supplyAsync(() -> download.fetch(file, DownloadProgress.SILENT)))
                    .toList()
                    .stream()
                    .map(CompletableFuture::join)
                    .toList();

            // Then
            assertThat(fetched).containsOnly(cache.resolve(NAME));
            assertThat(server.requests()).hasSize(1);
        }
    }

    @Nested
    class Continued {
        @Test
        void brokenConnectionIsContinuedWithExactlyTheMissingBytes() {
            // Given
            server.next(server.cutAt(CUT));

            // When
            Path fetched = fetch(IMPATIENT);

            // Then
            assertThat(fetched).hasBinaryContent(content);
            assertThat(server.requests()).hasSize(2);
            Headers second = server.requests().get(1);
            assertThat(second.getFirst("Range")).isEqualTo("bytes=" + CUT + "-");
            assertThat(second.getFirst("If-Range")).isEqualTo("\"v1\"");
        }

        @Test
        void laterCallContinuesWhatAnEarlierOneLeft() throws IOException {
            // Given
            server.next(server.cutAt(CUT));
            assertThatThrownBy(() -> fetch(ONCE))
                    .isInstanceOf(DownloadException.class)
                    .hasMessageContainingAll("400000 bytes are kept");
            assertThat(Files.size(cache.resolve(NAME + ".part"))).isEqualTo(CUT);

            // When
            Path fetched = fetch(ONCE);

            // Then
            assertThat(fetched).hasBinaryContent(content);
            assertThat(server.requests().get(1).getFirst("Range")).isEqualTo("bytes=" + CUT + "-");
            assertThat(filesInCache()).containsExactly(NAME, NAME + ".lock", NAME + ".sha256");
        }

        @Test
        void everyBrokenConnectionThatBroughtSomethingIsFollowedByAnother() {
            // Given: more failures than attempts, but each brings bytes
            for (int to = 100_000; to < BYTES; to += 100_000) {
                server.next(server.cutAt(to));
            }

            // When, Then
            assertThat(fetch(IMPATIENT)).hasBinaryContent(content);
            assertThat(server.requests()).hasSize(10);
        }

        @Test
        void serverThatIgnoresTheRangeMakesItStartOver() {
            // Given
            server.next(server.cutAt(CUT));
            server.next(server::ignoringRange);

            // When, Then
            assertThat(fetch(IMPATIENT)).hasBinaryContent(content);
            assertThat(server.requests()).hasSize(2);
        }

        @Test
        void changedVersionMakesItStartOver() throws IOException {
            // Given: half of an older file of the same length is there
            byte[] older = new byte[BYTES];
            server.publish(older, "\"v0\"", "");
            server.next(server.cutAt(CUT));
            assertThatThrownBy(() -> fetch(ONCE)).isInstanceOf(DownloadException.class);
            server.publish(content, "\"v1\"", "");

            // When
            Path fetched = fetch(ONCE);

            // Then: asked for the rest of the old version, the server sent the new one
            assertThat(fetched).hasBinaryContent(content);
            assertThat(server.requests().get(1).getFirst("If-Range")).isEqualTo("\"v0\"");
            assertThat(server.requests()).hasSize(2);
        }

        @Test
        void restOfAnotherVersionIsNotJoined() {
            // Given: a server that honours the range and not its condition
            server.next(server.cutAt(CUT));
            server.next(exchange -> {
                server.publish(content, "\"v2\"", "");
                server.ignoringIfRange(exchange);
            });

            // When, Then
            assertThat(fetch(IMPATIENT)).hasBinaryContent(content);
            assertThat(server.requests()).hasSize(3);
            assertThat(server.requests().get(2).getFirst("Range")).isNull();
        }

        @Test
        void dateServesWhereTheTagIsWeak() {
            // Given
            String date = "Sun, 01 Mar 2026 10:00:00 GMT";
            server.publish(content, "W/\"v1\"", date);
            server.next(server.cutAt(CUT));

            // When, Then
            assertThat(fetch(IMPATIENT)).hasBinaryContent(content);
            assertThat(server.requests().get(1).getFirst("If-Range")).isEqualTo(date);
            assertThat(server.requests().get(1).getFirst("Range")).isEqualTo("bytes=" + CUT + "-");
        }

        @Test
        void withoutAValidatorItStartsOver() {
            // Given
            server.publish(content, "", "");
            server.next(server.cutAt(CUT));

            // When, Then
            assertThat(fetch(IMPATIENT)).hasBinaryContent(content);
            assertThat(server.requests().get(1)).doesNotContainKey("Range");
        }

        @Test
        void partOfAnotherAddressIsNotContinued() throws IOException {
            // Given
            partOf(server.uri("/elsewhere/" + NAME), Arrays.copyOf(content, CUT));

            // When, Then
            assertThat(fetch(ONCE)).hasBinaryContent(content);
            assertThat(server.requests().get(0)).doesNotContainKey("Range");
        }

        @Test
        void holesThatACrashLeftInThePartAreFoundAndItStartsOver() throws IOException {
            // Given
            partOf(file.uri(), new byte[CUT]);

            // When, Then
            assertThat(fetch(ONCE)).hasBinaryContent(content);
            assertThat(server.requests().get(0).getFirst("Range")).isEqualTo("bytes=" + CUT + "-");
            assertThat(server.requests().get(1)).doesNotContainKey("Range");
        }

        @Test
        void wholePartNeedsOnlyItsName() throws IOException {
            // Given: the process died between the last byte and the new name
            partOf(file.uri(), content);

            // When, Then
            assertThat(fetch(ONCE)).hasBinaryContent(content);
            assertThat(server.requests()).isEmpty();
        }

        @Test
        void partLongerThanTheFileIsThrownAway() throws IOException {
            // Given
            partOf(file.uri(), new byte[BYTES + 1]);

            // When, Then
            assertThat(fetch(ONCE)).hasBinaryContent(content);
            assertThat(server.requests().get(0)).doesNotContainKey("Range");
        }

        @Test
        void rangeThatTheServerDoesNotHaveMakesItStartOver() throws IOException {
            // Given
            partOf(file.uri(), Arrays.copyOf(content, CUT));
            server.next(server.status(416));

            // When, Then
            assertThat(fetch(IMPATIENT)).hasBinaryContent(content);
            assertThat(server.requests().get(1)).doesNotContainKey("Range");
        }

        @Test
        void listenerThatThrowsStopsItAndKeepsWhatIsThere() {
            // Given
            DatasetDownload download = new DatasetDownload(cache, IMPATIENT, SILENCE);

            // When
            assertThatThrownBy(() -> download.fetch(file, (done, total) -> {
                        if (done > 300_000) {
                            throw new IllegalStateException("stopped by its user");
                        }
                    }))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("stopped by its user");

            // Then
            assertThat(cache.resolve(NAME)).doesNotExist();
            assertThat(cache.resolve(NAME + ".part")).exists();
            assertThat(fetch(ONCE)).hasBinaryContent(content);
            assertThat(server.requests().get(1).getFirst("Range")).startsWith("bytes=");
        }

        private void partOf(URI uri, byte[] bytes) throws IOException {
            Files.createDirectories(cache);
            Files.write(cache.resolve(NAME + ".part"), bytes);
            Files.writeString(cache.resolve(NAME + ".part.source"), uri + "\n\"v1\"\n");
        }
    }

    @Nested
    class Failing {
        @ParameterizedTest
        @ValueSource(ints = {408, 429, 500, 502, 503, 504})
        void faultThatMayPassIsTriedAgain(int status) {
            // Given
            server.next(server.status(status));
            server.next(server.status(status));

            // When, Then
            assertThat(fetch(IMPATIENT)).hasBinaryContent(content);
        }

        @Test
        void faultThatDoesNotPassIsReportedWithItsStatus() {
            // Given
            for (int i = 0; i < 3; i++) {
                server.next(server.status(503));
            }

            // When, Then
            assertFails(Reason.UNREACHABLE, "pictures was not downloaded", "answers 503, 3 times in a row", "by hand");
            assertThat(server.requests()).hasSize(3);
        }

        @ParameterizedTest
        @ValueSource(ints = {401, 403, 404, 410})
        void refusalIsNotTriedAgain(int status) {
            // Given
            server.next(server.status(status));

            // When, Then
            assertFails(
                    Reason.REFUSED,
                    file.uri() + " answers " + status,
                    "name another source",
                    cache.resolve(NAME).toString(),
                    sha256(content));
            assertThat(server.requests()).hasSize(1);
            assertThat(cache.resolve(NAME)).doesNotExist();
        }

        @Test
        void silentServerIsLeftAndContinued() {
            // Given
            server.next(server.silentAfter(CUT));

            // When, Then
            assertThat(fetch(IMPATIENT)).hasBinaryContent(content);
            assertThat(server.requests().get(1).getFirst("Range")).isEqualTo("bytes=" + CUT + "-");
        }

        @Test
        void wrongDigestDeletesTheFile() throws IOException {
            // Given
            byte[] other = content.clone();
            other[500_000] ^= 1;
            server.publish(other, "\"v1\"", "");

            // When, Then
            assertFails(
                    Reason.MISMATCH,
                    "has SHA-256 " + sha256(other),
                    "expected for pictures: SHA-256 " + sha256(content),
                    "deleted");
            assertThat(filesInCache()).containsExactly(NAME + ".lock");
            assertThat(server.requests()).hasSize(1);
        }

        @Test
        void everyPublishedDigestMustFit() {
            // Given
            file = new RemoteFile(
                    "pictures",
                    file.uri(),
                    BYTES,
                    List.of(Checksum.sha256(sha256(content)), Checksum.md5("00000000000000000000000000000000")));

            // When, Then
            assertFails(Reason.MISMATCH, "has MD5", "expected for pictures: MD5 00000000000000000000000000000000");
        }

        @ParameterizedTest
        @ValueSource(ints = {-1, 1})
        void wrongSizeIsRefusedBeforeItIsDownloaded(int more) throws IOException {
            // Given
            server.publish(Arrays.copyOf(content, BYTES + more), "\"v1\"", "");

            // When, Then
            assertFails(Reason.MISMATCH, "has " + (BYTES + more) + " bytes; expected for pictures: 1000000 bytes");
            assertThat(filesInCache()).containsExactly(NAME + ".lock");
        }

        @Test
        void bodyWithoutALengthIsCutWhereItBecomesTooLong() throws IOException {
            // Given: a body in chunks, which says nothing of its length
            server.next(exchange -> {
                exchange.sendResponseHeaders(200, 0);
                exchange.getResponseBody().write(content);
                exchange.getResponseBody().write(content);
            });

            // When, Then
            assertFails(Reason.MISMATCH, "sends more than the expected 1000000 bytes");
            assertThat(filesInCache()).containsExactly(NAME + ".lock");
        }

        @Test
        void bodyWithoutALengthThatIsTheFileIsTaken() {
            // Given
            server.next(exchange -> {
                exchange.sendResponseHeaders(200, 0);
                exchange.getResponseBody().write(content);
            });

            // When, Then
            assertThat(fetch(ONCE)).hasBinaryContent(content);
        }

        @Test
        void portWhereNobodyListensIsNamedWithWhatToDoByHand() {
            // Given
            int port = FileServer.refusedPort();
            file = RemoteFile.of(
                    "pictures", URI.create("http://127.0.0.1:" + port + "/" + NAME), BYTES, sha256(content));

            // When, Then
            assertFails(
                    Reason.UNREACHABLE,
                    "pictures was not downloaded: 127.0.0.1 cannot be reached (ConnectException)",
                    "3 times in a row",
                    "put the file by hand to " + cache.resolve(NAME),
                    "1000000 bytes, SHA-256 " + sha256(content));
        }

        @Test
        void hostThatDoesNotExistIsNamed() {
            // Given
            file = RemoteFile.of("pictures", URI.create("http://no-such-host.invalid/" + NAME), BYTES, sha256(content));

            // When, Then
            assertFails(Reason.UNREACHABLE, "no-such-host.invalid cannot be reached", "by hand");
        }

        @Test
        void interruptedThreadStopsAndStaysInterrupted() {
            // Given
            Thread.currentThread().interrupt();

            // When, Then
            assertFails(Reason.INTERRUPTED, "the download of pictures was interrupted");
            assertThat(Thread.interrupted()).isTrue();
        }

        @Test
        void otherFileInTheCacheIsReportedAndLeftAlone() throws IOException {
            // Given
            Files.createDirectories(cache);
            byte[] other = content.clone();
            other[0] ^= 1;
            Files.write(cache.resolve(NAME), other);

            // When, Then
            assertFails(Reason.MISMATCH, cache.resolve(NAME) + " has SHA-256 " + sha256(other), "move it away");
            assertThat(cache.resolve(NAME)).hasBinaryContent(other);
            assertThat(server.requests()).isEmpty();
        }

        @Test
        void cutOffFileInTheCacheIsReported() throws IOException {
            // Given
            Files.createDirectories(cache);
            Files.write(cache.resolve(NAME), Arrays.copyOf(content, CUT));

            // When, Then
            assertFails(Reason.MISMATCH, "has 400000 bytes; expected for pictures: 1000000 bytes");
        }

        @Test
        void sourceThatChangedSinceTheFirstDownloadIsNoticedWithoutAPublishedDigestOfIts() throws Exception {
            // Given: only MD5 is published, and the record is of another file
            file = new RemoteFile("pictures", file.uri(), BYTES, List.of(Checksum.md5(hex("MD5", content))));
            Files.createDirectories(cache);
            Files.writeString(cache.resolve(NAME + ".sha256"), "0".repeat(64) + "  " + NAME + "\n");

            // When, Then
            assertFails(
                    Reason.MISMATCH,
                    "has SHA-256 " + sha256(content),
                    "when it was first downloaded",
                    "delete the record");
            assertThat(cache.resolve(NAME)).doesNotExist();
        }

        @Test
        void cacheThatIsAFileIsReported() throws IOException {
            // Given
            Files.writeString(cache, "not a folder");

            // When, Then
            assertThatThrownBy(() -> fetch(ONCE))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContainingAll("the cache " + cache, NAME);
        }

        @Test
        void fileLargerThanTheDiskIsNotBegun() {
            // Given
            file = RemoteFile.of("pictures", file.uri(), Long.MAX_VALUE / 2, sha256(content));

            // When, Then
            assertThatThrownBy(() -> fetch(ONCE))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContainingAll("has room for", (Long.MAX_VALUE / 2) + " are missing", "make room");
            assertThat(server.requests()).isEmpty();
        }

        private void assertFails(Reason reason, String... parts) {
            assertThatThrownBy(() -> fetch(IMPATIENT))
                    .isInstanceOfSatisfying(
                            DownloadException.class, e -> assertThat(e.reason()).isEqualTo(reason))
                    .hasMessageContainingAll(parts);
        }
    }

    private Path fetch(Backoff backoff) {
        return new DatasetDownload(cache, backoff, SILENCE).fetch(file, (done, total) -> progress.add(done));
    }

    private List<String> filesInCache() throws IOException {
        try (Stream<Path> files = Files.list(cache)) {
            return files.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String sha256(byte[] bytes) {
        return hex("SHA-256", bytes);
    }

    private static String hex(String algorithm, byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
