package io.faultline.gateway.dataset;

import io.faultline.artifact.ArtifactId;
import io.faultline.artifact.ArtifactKind;
import io.faultline.artifact.ArtifactRef;
import io.faultline.artifact.ArtifactStore;
import io.faultline.gateway.GatewayConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/** Takes what a caller uploads into the store while it comes in, and out again unless it turns out to be what it should be. */
@ApplicationScoped
public class ArtifactIntake {
    private static final int BUFFER = 1 << 16;

    private final ArtifactStore store;
    private final long limit;

    ArtifactIntake(ArtifactStore store, GatewayConfig config) {
        this.store = store;
        this.limit = config.uploadLimit().asLongValue();
    }

    /** Refuses a length that is announced, before a byte is read. */
    public void requireAcceptable(long announcedBytes) {
        if (announcedBytes > limit) {
            throw new UploadTooLargeException(limit);
        }
    }

    /**
     * Stores an upload, then looks at it. Of a refused one nothing stays behind, unless it was there before.
     *
     * @param inspection what it is found to be; what it throws refuses it
     * @throws UploadTooLargeException if it is longer than this gateway takes
     * @throws UploadBrokenOffException if the caller goes away
     */
    public <T> T accept(InputStream upload, ArtifactKind kind, Function<ArtifactRef, T> inspection) {
        AtomicBoolean knownBefore = new AtomicBoolean();
        ArtifactRef stored = store.write(kind, out -> knownBefore.set(copy(upload, out)));
        boolean accepted = false;
        try {
            T found = inspection.apply(stored);
            accepted = true;
            return found;
        } finally {
            if (!accepted && !knownBefore.get()) {
                store.delete(stored.id());
            }
        }
    }

    /** @return whether the store held these bytes already, asked at the last moment before it holds them anyway */
    private boolean copy(InputStream upload, OutputStream out) throws IOException {
        MessageDigest sha256 = sha256();
        OutputStream digesting = new DigestOutputStream(out, sha256);
        byte[] buffer = new byte[BUFFER];
        long bytes = 0;
        for (int n = read(upload, buffer, bytes); n >= 0; n = read(upload, buffer, bytes)) {
            bytes += n;
            requireAcceptable(bytes);
            digesting.write(buffer, 0, n);
        }
        return store.contains(new ArtifactId(HexFormat.of().formatHex(sha256.digest())));
    }

    /** A failure of the caller's connection must not look like one of the store. */
    private static int read(InputStream upload, byte[] buffer, long before) {
        try {
            return upload.read(buffer);
        } catch (IOException e) {
            throw new UploadBrokenOffException(before, e);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
