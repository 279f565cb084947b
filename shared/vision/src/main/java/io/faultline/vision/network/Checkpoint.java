package io.faultline.vision.network;

import ai.djl.ndarray.NDManager;
import io.faultline.checkpoint.InvalidCheckpointException;
import io.faultline.checkpoint.Safetensors;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import java.util.TreeMap;

/**
 * A network with its weights, as one safetensors file whose metadata names the network.
 *
 * <p>Closing it frees the weights. The same network and weights give the same bytes.
 */
public record Checkpoint(NormalizedNetwork network, StateDict state) implements AutoCloseable {
    /**
     * Reads a file; the stream stays open.
     *
     * @param parent of the memory that the weights take
     * @throws InvalidCheckpointException if the bytes are no safetensors file, or not of the network their metadata names
     */
    public static Checkpoint read(InputStream in, NDManager parent) {
        Safetensors file = Safetensors.read(in);
        NormalizedNetwork network = NormalizedNetwork.of(NetworkSpec.fromMetadata(file.metadata()));
        return new Checkpoint(network, network.load(file.tensors(), parent));
    }

    /**
     * Writes a file; the stream stays open.
     *
     * @param provenance more metadata, such as what the weights were made from
     */
    public void writeTo(OutputStream out, Map<String, String> provenance) throws IOException {
        Map<String, String> metadata = new TreeMap<>(provenance);
        metadata.putAll(network.spec().metadata());
        new Safetensors(metadata, state.export()).writeTo(out);
    }

    /** The classifier of these weights, following their later changes. */
    public Classifier classifier() {
        return network.classifier(state);
    }

    @Override
    public void close() {
        state.close();
    }
}
