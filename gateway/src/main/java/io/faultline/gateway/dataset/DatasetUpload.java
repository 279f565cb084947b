package io.faultline.gateway.dataset;

import io.faultline.artifact.ArtifactException;
import io.faultline.artifact.ArtifactId;
import io.faultline.artifact.ArtifactKind;
import io.faultline.artifact.ArtifactRef;
import io.faultline.artifact.ArtifactStore;
import io.faultline.dataset.DatasetReader;
import io.faultline.dataset.DatasetSummary;
import io.faultline.dataset.InvalidDatasetException;
import io.faultline.dataset.ReadProgress;
import io.faultline.gateway.GatewayConfig;
import io.faultline.job.UploadedDataset;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/** Takes a data set into the store, if it is one. */
@ApplicationScoped
public class DatasetUpload {
    private static final Logger LOG = Logger.getLogger(DatasetUpload.class);
    private static final int BUFFER = 1 << 16;

    private final ArtifactStore store;
    private final UploadedDatasets uploads;
    private final long limit;
    /** Decoding takes all cores and much memory: one at a time. */
    private final Semaphore inspection = new Semaphore(1, true);

    DatasetUpload(ArtifactStore store, UploadedDatasets uploads, GatewayConfig config) {
        this.store = store;
        this.uploads = uploads;
        this.limit = config.uploadLimit().asLongValue();
    }

    /**
     * Stores an archive while it comes in, then reads it as a data set. Of a refused one nothing stays behind.
     *
     * @throws RefusedDatasetException if it is no data set
     * @throws UploadTooLargeException if it is longer than this gateway takes
     * @throws UploadBrokenOffException if the caller goes away
     */
    public UploadedDataset accept(InputStream archive) {
        AtomicBoolean knownBefore = new AtomicBoolean();
        ArtifactRef stored = store.write(ArtifactKind.DATASET_SOURCE, out -> knownBefore.set(copy(archive, out)));
        boolean accepted = false;
        try {
            UploadedDataset dataset = inspect(stored);
            uploads.keep(dataset);
            accepted = true;
            LOG.infof("data set accepted artifact=%s bytes=%d", stored.id(), stored.size());
            return dataset;
        } finally {
            if (!accepted && !knownBefore.get()) {
                store.delete(stored.id());
            }
        }
    }

    /** Refuses a length that is announced, before a byte is read. */
    public void requireAcceptable(long announcedBytes) {
        if (announcedBytes > limit) {
            throw new UploadTooLargeException(limit);
        }
    }

    /** @return whether the store held these bytes already, asked at the last moment before it holds them anyway */
    private boolean copy(InputStream archive, OutputStream out) throws IOException {
        MessageDigest sha256 = sha256();
        OutputStream digesting = new DigestOutputStream(out, sha256);
        byte[] buffer = new byte[BUFFER];
        long bytes = 0;
        for (int n = read(archive, buffer, bytes); n >= 0; n = read(archive, buffer, bytes)) {
            bytes += n;
            requireAcceptable(bytes);
            digesting.write(buffer, 0, n);
        }
        return store.contains(new ArtifactId(HexFormat.of().formatHex(sha256.digest())));
    }

    /** A failure of the caller's connection must not look like one of the store. */
    private static int read(InputStream archive, byte[] buffer, long before) {
        try {
            return archive.read(buffer);
        } catch (IOException e) {
            throw new UploadBrokenOffException(before, e);
        }
    }

    private UploadedDataset inspect(ArtifactRef stored) {
        try {
            inspection.acquire();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ArtifactException("the upload was interrupted before it was read", e);
        }
        try {
            return describe(stored, DatasetReader.inspect(store.localCopy(stored.id()), ReadProgress.SILENT));
        } catch (InvalidDatasetException e) {
            throw new RefusedDatasetException(e);
        } finally {
            inspection.release();
        }
    }

    static UploadedDataset describe(ArtifactRef artifact, DatasetSummary dataset) {
        return new UploadedDataset(
                artifact,
                dataset.form().name(),
                dataset.classes().stream()
                        .map(images -> new UploadedDataset.ClassCount(images.name(), images.train(), images.test()))
                        .toList(),
                dataset.height(),
                dataset.width());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
