package io.faultline.dataset.download;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RemoteFileTest {
    private static final String SHA256 = "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd";

    @ParameterizedTest
    @CsvSource({
        "cifar-10, https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz, 170052171",
        "cifar-100, https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz, 168513733",
        "tiny-imagenet, http://cs231n.stanford.edu/tiny-imagenet-200.zip, 248100043"
    })
    void officialFilesAreKnownByNameWithSizeAndDigests(String name, URI uri, long bytes) {
        // When
        RemoteFile file = OfficialDatasets.named(name);

        // Then
        assertThat(file.uri()).isEqualTo(uri);
        assertThat(file.bytes()).isEqualTo(bytes);
        assertThat(file.checksums())
                .extracting(Checksum::algorithm)
                .containsExactly(Checksum.Algorithm.SHA256, Checksum.Algorithm.MD5);
        assertThat(OfficialDatasets.names()).contains(name);
    }

    @Test
    void unknownNameIsRefusedWithThoseThatAreKnown() {
        assertThatThrownBy(() -> OfficialDatasets.named("imagenet"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("'imagenet'", "cifar-10, cifar-100, tiny-imagenet");
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://mirror.example.org/data", "https://mirror.example.org/data/"})
    void mirrorKeepsNameSizeAndDigests(URI mirror) {
        // Given
        RemoteFile official = OfficialDatasets.named("cifar-10");

        // When
        RemoteFile mirrored = official.at(mirror);

        // Then
        assertThat(mirrored.uri()).isEqualTo(URI.create("https://mirror.example.org/data/cifar-10-binary.tar.gz"));
        assertThat(mirrored.bytes()).isEqualTo(official.bytes());
        assertThat(mirrored.checksums()).isEqualTo(official.checksums());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "file:///etc/passwd",
                "ftp://example.org/a.zip",
                "/a.zip",
                "https:///a.zip",
                "https://user:word@example.org/a.zip",
                "https://example.org/a.zip#part",
                "https://example.org",
                "https://example.org/",
                "https://example.org/..",
                "https://example.org/.hidden",
                "https://example.org/a%2F..%2Fb",
                "https://example.org/-rf"
            })
    void addressThatIsNoPlainFileIsRefused(URI uri) {
        assertThatThrownBy(() -> RemoteFile.of("mine", uri, 1, SHA256))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("'" + uri + "'", "allowed");
    }

    @Test
    void fileWithoutSizeOrDigestIsRefused() {
        URI uri = URI.create("https://example.org/a.zip");
        assertThatThrownBy(() -> RemoteFile.of("mine", uri, 0, SHA256)).hasMessageContaining("0 bytes");
        assertThatThrownBy(() -> new RemoteFile("mine", uri, 1, List.of())).hasMessageContaining("give its SHA-256");
        assertThatThrownBy(() -> RemoteFile.of("mine", uri, 1, "abc"))
                .hasMessageContainingAll("'abc' is no SHA-256", "64 hexadecimal digits");
        assertThatThrownBy(() -> Checksum.md5(SHA256)).hasMessageContaining("32 hexadecimal digits");
    }

    @Test
    void digestIsComparedWithoutRegardToCase() {
        assertThat(Checksum.sha256(SHA256.toUpperCase(java.util.Locale.ROOT))).isEqualTo(Checksum.sha256(SHA256));
    }
}
