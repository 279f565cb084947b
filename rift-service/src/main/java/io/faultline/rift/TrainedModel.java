package io.faultline.rift;

import ai.djl.ndarray.NDManager;
import io.faultline.artifact.ArtifactRef;
import io.faultline.checkpoint.Safetensors;
import io.faultline.dataset.InvalidDatasetException;
import io.faultline.vision.network.Checkpoint;
import io.faultline.vision.network.NetworkSpec;
import io.faultline.vision.network.NormalizedNetwork;
import io.faultline.worker.StageContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;

/**
 * The network to refine, θ_AT.
 *
 * @param metadata of its file
 */
record TrainedModel(Checkpoint checkpoint, Map<String, String> metadata) implements AutoCloseable {
    /**
     * Reads it from the store.
     *
     * @param classes that the data set has
     * @param parent of the memory that its weights take
     * @throws InvalidDatasetException if the network tells another number of classes apart
     */
    static TrainedModel read(ArtifactRef stored, int classes, StageContext context, NDManager parent) {
        Safetensors file = file(stored, context);
        NormalizedNetwork network = network(file, classes);
        return new TrainedModel(new Checkpoint(network, network.load(file.tensors(), parent)), file.metadata());
    }

    /** The network alone, without its weights; as for {@link #read}. */
    static NormalizedNetwork network(ArtifactRef stored, int classes, StageContext context) {
        return network(file(stored, context), classes);
    }

    NormalizedNetwork network() {
        return checkpoint.network();
    }

    private static NormalizedNetwork network(Safetensors file, int classes) {
        NormalizedNetwork network = NormalizedNetwork.of(NetworkSpec.fromMetadata(file.metadata()));
        if (network.spec().classes() != classes) {
            throw new InvalidDatasetException(
                    "the network tells " + network.spec().classes()
                            + " classes apart and the data set has " + classes
                            + "; refine a network on the data set it was trained on");
        }
        return network;
    }

    private static Safetensors file(ArtifactRef stored, StageContext context) {
        try (InputStream in = context.artifacts().open(stored.id())) {
            return Safetensors.read(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        checkpoint.close();
    }
}
