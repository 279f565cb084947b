package io.faultline.artifact;

import java.io.InputStream;
import java.nio.file.Path;

/**
 * Keeps bytes under the name of their SHA-256.
 *
 * <p>Laws: what was written reads back equal; writing equal bytes twice keeps one copy and gives one id; a write that
 * fails or is cut off by a crash leaves nothing that can be read; bytes that changed on disk are never handed out.
 */
public interface ArtifactStore {
    /**
     * Stores what the writer produces; when this returns, the bytes survive a power cut.
     *
     * @throws ArtifactException if the writer or the store fails; nothing is stored then
     */
    ArtifactRef write(ArtifactKind kind, ContentWriter content);

    /**
     * Opens an artifact whose every byte has been verified against its id.
     *
     * @return a stream that the caller closes
     * @throws ArtifactNotFoundException if there is none
     * @throws ArtifactCorruptedException if the stored bytes no longer have this digest
     */
    InputStream open(ArtifactId id);

    /**
     * The artifact as a verified, read-only local file, for readers that need random access (zip).
     *
     * @throws ArtifactNotFoundException if there is none
     * @throws ArtifactCorruptedException if the stored bytes no longer have this digest
     */
    Path localCopy(ArtifactId id);

    boolean contains(ArtifactId id);

    /** Removes an artifact; one that does not exist is no error. */
    void delete(ArtifactId id);
}
