package io.faultline.worker;

import io.faultline.artifact.ArtifactStore;
import io.faultline.artifact.CheckpointStore;
import io.faultline.artifact.FileSystemArtifactStore;
import io.faultline.artifact.FileSystemCheckpointStore;
import io.faultline.artifact.FileSystemOutcomeLedger;
import io.faultline.artifact.OutcomeLedger;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/**
 * Makes beans of what is plain Java. They are made when the worker starts, not at their first use: a store that cannot be
 * used ends the start.
 */
@Dependent
class WorkerBeans {
    @Produces
    @Singleton
    ArtifactStore artifacts(StoreConfig config) {
        return new FileSystemArtifactStore(config.directory());
    }

    @Produces
    @Singleton
    OutcomeLedger outcomes(StoreConfig config) {
        return new FileSystemOutcomeLedger(config.directory());
    }

    @Produces
    @Singleton
    CheckpointStore checkpoints(StoreConfig config) {
        return new FileSystemCheckpointStore(config.directory());
    }

    @Produces
    @Singleton
    CancelledJobs cancelledJobs(WorkerConfig config) {
        return new CancelledJobs(config.cancelledJobsRemembered());
    }
}
