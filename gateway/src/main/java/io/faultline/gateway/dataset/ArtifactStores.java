package io.faultline.gateway.dataset;

import io.faultline.artifact.ArtifactStore;
import io.faultline.artifact.FileSystemArtifactStore;
import io.faultline.gateway.StoreConfig;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Chooses the store that holds the cluster's artifacts. */
class ArtifactStores {
    @Produces
    @Singleton
    ArtifactStore store(StoreConfig config) {
        return new FileSystemArtifactStore(config.directory());
    }
}
