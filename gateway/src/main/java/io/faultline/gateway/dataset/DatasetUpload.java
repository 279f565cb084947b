package io.faultline.gateway.dataset;

import io.faultline.artifact.ArtifactException;
import io.faultline.artifact.ArtifactKind;
import io.faultline.artifact.ArtifactRef;
import io.faultline.artifact.ArtifactStore;
import io.faultline.dataset.DatasetReader;
import io.faultline.dataset.DatasetSummary;
import io.faultline.dataset.InvalidDatasetException;
import io.faultline.dataset.ReadProgress;
import io.faultline.job.UploadedDataset;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.InputStream;
import java.util.concurrent.Semaphore;
import org.jboss.logging.Logger;

/** Takes a data set into the store, if it is one. */
@ApplicationScoped
public class DatasetUpload {
    private static final Logger LOG = Logger.getLogger(DatasetUpload.class);

    private final ArtifactIntake intake;
    private final ArtifactStore store;
    private final UploadedDatasets uploads;
    /** Decoding takes all cores and much memory: one at a time. */
    private final Semaphore inspection = new Semaphore(1, true);

    DatasetUpload(ArtifactIntake intake, ArtifactStore store, UploadedDatasets uploads) {
        this.intake = intake;
        this.store = store;
        this.uploads = uploads;
    }

    /**
     * Stores an archive while it comes in, then reads it as a data set. Of a refused one nothing stays behind.
     *
     * @throws RefusedDatasetException if it is no data set
     * @throws UploadTooLargeException if it is longer than this gateway takes
     * @throws UploadBrokenOffException if the caller goes away
     */
    public UploadedDataset accept(InputStream archive) {
        UploadedDataset dataset = intake.accept(archive, ArtifactKind.DATASET_SOURCE, stored -> {
            UploadedDataset found = inspect(stored);
            uploads.keep(found);
            return found;
        });
        LOG.infof(
                "data set accepted artifact=%s bytes=%d",
                dataset.artifact().id(), dataset.artifact().size());
        return dataset;
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
}
