package io.faultline.poison.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MasterKeyTest {
    private static final String HEX = "00112233445566778899aabbccddeeff".repeat(2);

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = folder.resolve("master.key");
    }

    @Test
    void aFileOfHexDigitsAndOneOfRawBytesHoldTheSameKey() throws IOException {
        // Given
        write(HEX + "\n", "rw-------");
        MasterKey fromDigits = MasterKey.fromFile(file);
        Files.write(file, HexFormat.of().parseHex(HEX));

        // When
        MasterKey fromBytes = MasterKey.fromFile(file);

        // Then
        assertThat(fromBytes.id()).isEqualTo(fromDigits.id()).hasSize(16);
        assertThat(fromBytes.forDataset(new byte[1]).filterStream(0, 3, 0.3).nextDouble())
                .isEqualTo(fromDigits
                        .forDataset(new byte[1])
                        .filterStream(0, 3, 0.3)
                        .nextDouble());
    }

    /** Reference: Python 3's hmac and hashlib, HKDF without salt, info "key id", then SHA-256. */
    @Test
    void theIdIsAHashOfADerivedValue() {
        assertThat(MasterKey.fromHex(HEX, "test").id()).isEqualTo("d209c6042cb8c93e");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rw-rw-rw-"})
    void aFileThatOthersMayUseIsRefused(String mode) throws IOException {
        // Given
        write(HEX, mode);

        // When, Then
        assertThatThrownBy(() -> MasterKey.fromFile(file))
                .isInstanceOf(InvalidMasterKeyException.class)
                .hasMessageContaining(file + " has mode " + mode + "; allowed: no access for group and others")
                .hasMessageNotContaining(HEX);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "abc", "00112233", "zz112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"})
    void anythingElseThanAKeyIsRefusedWithoutShowingIt(String content) throws IOException {
        // Given
        write(content, "rw-------");

        // When, Then
        assertThatThrownBy(() -> MasterKey.fromFile(file))
                .isInstanceOf(InvalidMasterKeyException.class)
                .hasMessageStartingWith("master key file " + file + " holds " + content.length() + " characters")
                .hasMessageContaining("allowed: 64 hexadecimal digits or 32 raw bytes")
                .satisfies(refusal -> assertThat(
                                content.isEmpty() || !refusal.getMessage().contains(content))
                        .isTrue());
    }

    @Test
    void aMissingFileIsRefused() {
        assertThatThrownBy(() -> MasterKey.fromFile(file))
                .isInstanceOf(InvalidMasterKeyException.class)
                .hasMessageContaining(file + " cannot be found or read");
    }

    @Test
    void nothingPrintsKeyMaterial() {
        // Given
        MasterKey key = MasterKey.fromHex(HEX, "test");

        // When, Then
        assertThat(key).hasToString("MasterKey[" + key.id() + "]");
        assertThat(key.forDataset(new byte[1])).hasToString("KeyDerivation");
        assertThat(key.forDataset(new byte[1]).filterStream(0, 3, 0.3)).hasToString("KeyStream");
    }

    private void write(String content, String mode) throws IOException {
        Files.write(file, content.getBytes(StandardCharsets.ISO_8859_1));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }
}
