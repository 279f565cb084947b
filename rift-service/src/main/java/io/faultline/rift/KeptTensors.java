package io.faultline.rift;

import io.faultline.checkpoint.Safetensors;
import io.faultline.worker.Checkpoints;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;

/** Tensors among a stage's checkpoints. */
final class KeptTensors {
    private KeptTensors() {}

    static Optional<Safetensors> open(Checkpoints checkpoints, String name) {
        Optional<InputStream> file = checkpoints.open(name);
        if (file.isEmpty()) {
            return Optional.empty();
        }
        try (InputStream in = file.get()) {
            return Optional.of(Safetensors.read(in));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
