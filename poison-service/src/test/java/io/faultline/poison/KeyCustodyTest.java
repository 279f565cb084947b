package io.faultline.poison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.poison.key.InvalidMasterKeyException;
import io.faultline.poison.key.MasterKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyCustodyTest {
    private static final String KEY = "00112233445566778899aabbccddeeff".repeat(2);

    @TempDir
    Path folder;

    private record Settings(Optional<Path> masterKeyFile, Optional<String> masterKeyHex) implements PoisonConfig {
        @Override
        public Optional<List<Path>> previousKeyFiles() {
            return Optional.empty();
        }

        @Override
        public int shardImages() {
            return 1;
        }
    }

    @Test
    void theKeyComesFromTheFileOrFromTheSetting() throws IOException {
        // Given
        Path file = keyFile("rw-------");

        // When
        KeyCustody fromFile = new KeyCustody(new Settings(Optional.of(file), Optional.empty()));
        KeyCustody fromSetting = new KeyCustody(new Settings(Optional.empty(), Optional.of(KEY)));

        // Then
        assertThat(fromFile.masterKey().map(MasterKey::id))
                .isEqualTo(fromSetting.masterKey().map(MasterKey::id))
                .isPresent();
    }

    @Test
    void aKeyThatWasInUseBeforeIsFoundByItsId() throws IOException {
        // Given
        Path old = keyFile("rw-------");
        String oldId = MasterKey.fromFile(old).id();
        String newId = MasterKey.fromHex("ab".repeat(32), "test").id();

        // When
        KeyCustody custody = new KeyCustody(new Rotated(Optional.of("ab".repeat(32)), Optional.of(List.of(old))));

        // Then
        assertThat(custody.ids()).containsExactly(newId, oldId);
        assertThat(custody.masterKey().map(MasterKey::id)).hasValue(newId);
        assertThat(custody.masterKey(oldId)).isPresent();
        assertThat(custody.masterKey("0".repeat(16))).isEmpty();
        assertThatThrownBy(() -> new KeyCustody(new Rotated(Optional.empty(), Optional.of(List.of(old)))))
                .isInstanceOf(InvalidMasterKeyException.class)
                .hasMessageContaining("no present one");
    }

    private record Rotated(Optional<String> masterKeyHex, Optional<List<Path>> previousKeyFiles)
            implements PoisonConfig {
        @Override
        public Optional<Path> masterKeyFile() {
            return Optional.empty();
        }

        @Override
        public int shardImages() {
            return 1;
        }
    }

    @Test
    void withoutEitherThereIsNone() {
        assertThat(new KeyCustody(new Settings(Optional.empty(), Optional.empty())).masterKey())
                .isEmpty();
    }

    @Test
    void twoKeysAreRefused() throws IOException {
        // Given
        Settings both = new Settings(Optional.of(keyFile("rw-------")), Optional.of(KEY));

        // When, Then
        assertThatThrownBy(() -> new KeyCustody(both))
                .isInstanceOf(InvalidMasterKeyException.class)
                .hasMessage(
                        "both faultline.poison.master-key-file and faultline.poison.master-key-hex are given; allowed: one"
                                + " of them, so that there is one key");
    }

    @Test
    void aFileThatOthersMayReadEndsTheStart() throws IOException {
        // Given
        Settings open = new Settings(Optional.of(keyFile("rw-r--r--")), Optional.empty());

        // When, Then
        assertThatThrownBy(() -> new KeyCustody(open))
                .isInstanceOf(InvalidMasterKeyException.class)
                .hasMessageContaining("has mode rw-r--r--");
    }

    private Path keyFile(String mode) throws IOException {
        Path file = Files.writeString(folder.resolve("key"), KEY + "\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }
}
