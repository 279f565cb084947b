package io.faultline.trainer;

import ai.djl.ndarray.NDManager;
import io.faultline.checkpoint.CheckpointFile;
import io.faultline.checkpoint.InvalidCheckpointException;
import io.faultline.checkpoint.Safetensors;
import io.faultline.recipe.Normalization;
import io.faultline.recipe.Seed;
import io.faultline.recipe.StartRecipe;
import io.faultline.recipe.TrainingRecipe;
import io.faultline.vision.network.NetworkSpec;
import io.faultline.vision.network.NormalizedNetwork;
import io.faultline.vision.network.StateDict;
import io.faultline.worker.StageContext;
import io.faultline.worker.WorkRejectedException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The network of a recipe and the weights it starts from: fresh ones, or a file's. Owns the weights.
 *
 * @param layout how the file held them; null for fresh ones
 */
record StartingWeights(NormalizedNetwork network, StateDict weights, String layout) implements AutoCloseable {
    /**
     * @param spec the recipe's network, but for a normalisation that the file brings
     * @throws WorkRejectedException if the file is no checkpoint, or of another network
     */
    static StartingWeights of(
            TrainingRecipe recipe, NetworkSpec spec, Seed seed, StageContext context, NDManager manager) {
        if (recipe.start() == null) {
            NormalizedNetwork network = NormalizedNetwork.of(spec);
            return new StartingWeights(network, network.initialize(seed, manager), null);
        }
        try {
            CheckpointFile file = read(recipe.start(), context);
            NormalizedNetwork network = NormalizedNetwork.of(spec.with(normalization(file, recipe)));
            Map<String, Safetensors.Tensor> tensors =
                    recipe.start().freshHead() ? freshHead(file.tensors(), network, seed, manager) : file.tensors();
            return new StartingWeights(
                    network, network.load(tensors, manager), file.layout().description());
        } catch (InvalidCheckpointException e) {
            throw new WorkRejectedException("checkpoint " + recipe.start().checkpoint() + ": " + e.getMessage(), e);
        }
    }

    private static CheckpointFile read(StartRecipe start, StageContext context) {
        Path file = context.artifacts().localCopy(start.checkpoint());
        return start.member() == null ? CheckpointFile.read(file) : CheckpointFile.read(file, start.member());
    }

    /** The file's own, where it has one: in its state dict, or in the metadata of a file that Faultline wrote. */
    private static Normalization normalization(CheckpointFile file, TrainingRecipe recipe) {
        return file.layout()
                .normalization()
                .or(() -> NetworkSpec.normalizationIn(file.metadata()))
                .orElse(recipe.normalization());
    }

    private static Map<String, Safetensors.Tensor> freshHead(
            Map<String, Safetensors.Tensor> file, NormalizedNetwork network, Seed seed, NDManager manager) {
        Map<String, Safetensors.Tensor> tensors = new LinkedHashMap<>(file);
        try (StateDict fresh = network.initialize(seed, manager)) {
            Map<String, Safetensors.Tensor> exported = fresh.export();
            network.head().forEach(name -> tensors.put(name, exported.get(name)));
        }
        return tensors;
    }

    @Override
    public void close() {
        weights.close();
    }
}
