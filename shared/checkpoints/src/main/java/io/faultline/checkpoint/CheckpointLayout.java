package io.faultline.checkpoint;

import io.faultline.recipe.InvalidRecipeException;
import io.faultline.recipe.Normalization;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How a checkpoint file held its network: what lay around the weights and was taken off.
 *
 * @param stateDict the path of the state dict in the file, such as {@code net}; empty if it is the file's top level
 * @param prefixes that every name had, the outermost first, such as {@code module.}
 * @param normalizationBuffers mean and deviation of a normalising layer, by their names in the state dict; or empty
 * @param ignored what else lies in the file and was not read, such as {@code optimizer}
 */
public record CheckpointLayout(
        CheckpointFormat format,
        String stateDict,
        List<String> prefixes,
        Map<String, Safetensors.Tensor> normalizationBuffers,
        List<String> ignored) {
    private static final int CHANNELS = 3;

    public CheckpointLayout {
        prefixes = List.copyOf(prefixes);
        normalizationBuffers = Collections.unmodifiableMap(new LinkedHashMap<>(normalizationBuffers));
        ignored = List.copyOf(ignored);
    }

    /**
     * The normalisation that the file's network begins with, if it is part of the state dict. Each number is the shortest
     * decimal of its float32, so that 0.4914 is 0.4914.
     *
     * @throws InvalidCheckpointException if the buffers are no mean from 0 to 1 and deviation above 0 and at most 1
     */
    public Optional<Normalization> normalization() {
        if (normalizationBuffers.isEmpty()) {
            return Optional.empty();
        }
        List<List<Double>> both = normalizationBuffers.values().stream()
                .map(CheckpointLayout::perChannel)
                .toList();
        try {
            return Optional.of(new Normalization(both.get(0), both.get(1)));
        } catch (InvalidRecipeException e) {
            throw new InvalidCheckpointException(
                    "the checkpoint's normalisation " + normalizationBuffers.keySet() + " cannot be used: "
                            + e.getMessage(),
                    e);
        }
    }

    /** One sentence for people. */
    public String description() {
        List<String> parts = new ArrayList<>();
        parts.add(stateDict.isEmpty() ? "the state dict is the top level" : "the state dict is '" + stateDict + "'");
        if (!prefixes.isEmpty()) {
            parts.add("its names began with '" + String.join("", prefixes) + "'");
        }
        if (!normalizationBuffers.isEmpty()) {
            parts.add("it normalises by " + String.join(" and ", normalizationBuffers.keySet()));
        }
        if (!ignored.isEmpty()) {
            parts.add("not read: " + String.join(", ", ignored));
        }
        return format.title() + ": "
                + parts.stream().map(InvalidCheckpointException::excerpt).collect(Collectors.joining("; "));
    }

    private static List<Double> perChannel(Safetensors.Tensor buffer) {
        List<Double> values = new ArrayList<>();
        for (float value : buffer.floats()) {
            values.add(Double.valueOf(Float.toString(value)));
        }
        return values.size() == CHANNELS ? values : Collections.nCopies(CHANNELS, values.get(0));
    }
}
