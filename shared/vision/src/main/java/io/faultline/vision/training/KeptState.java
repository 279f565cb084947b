package io.faultline.vision.training;

import io.faultline.checkpoint.InvalidCheckpointException;
import io.faultline.checkpoint.Safetensors;
import java.util.LinkedHashMap;
import java.util.Map;

/** A file that a {@link TrainingState} was kept in, asked for its parts. */
record KeptState(Safetensors file) {
    boolean has(String key) {
        return file.metadata().containsKey(key);
    }

    /** @throws InvalidCheckpointException if there is no such count */
    long count(String key) {
        long count;
        try {
            count = Long.parseLong(text(key));
        } catch (NumberFormatException e) {
            throw new InvalidCheckpointException("'" + key + "' is " + text(key) + "; expected a count", e);
        }
        if (count < 0) {
            throw new InvalidCheckpointException("'" + key + "' is " + count + "; expected a count");
        }
        return count;
    }

    /** @throws InvalidCheckpointException if there is no such number */
    double number(String key) {
        try {
            return Double.parseDouble(text(key));
        } catch (NumberFormatException e) {
            throw new InvalidCheckpointException("'" + key + "' is " + text(key) + "; expected a number", e);
        }
    }

    /** The tensors whose names start so, by the rest of their names. */
    Map<String, Safetensors.Tensor> tensorsUnder(String prefix) {
        Map<String, Safetensors.Tensor> chosen = new LinkedHashMap<>();
        file.tensors().forEach((name, tensor) -> {
            if (name.startsWith(prefix)) {
                chosen.put(name.substring(prefix.length()), tensor);
            }
        });
        return chosen;
    }

    private String text(String key) {
        return file.metadata().getOrDefault(key, "missing");
    }
}
