package io.faultline.checkpoint;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The tensors of a state dict under the names of the network alone, without what wrappers put around it.
 *
 * <p>A prefix goes only if every name has it: {@code module.} of {@code DataParallel}, {@code _orig_mod.} of
 * {@code torch.compile}, {@code model.}, and the number of a place in {@code nn.Sequential(normalize, model)}. The mean and
 * deviation of a normalising layer are taken out first, since they are no weights.
 *
 * @param prefixes in the order in which they went, the outermost first
 * @param normalization the buffers taken out, mean first, by their full names; empty if there were none
 */
record PlainNames(
        Map<String, Safetensors.Tensor> tensors, List<String> prefixes, Map<String, Safetensors.Tensor> normalization) {
    private static final List<String> WRAPPERS = List.of("module.", "_orig_mod.", "model.");
    private static final List<String> PLACES = List.of("0.", "1.");
    private static final List<String> NORMALIZERS =
            List.of("", "0.", "normalize.", "normalizer.", "norm.", "normalization.");
    private static final List<List<String>> BUFFERS = List.of(List.of("mean", "std"), List.of("mu", "sigma"));
    private static final int MOST_WRAPPERS = 8;

    static PlainNames of(Map<String, Safetensors.Tensor> stateDict) {
        Map<String, Safetensors.Tensor> tensors = new LinkedHashMap<>(stateDict);
        Map<String, Safetensors.Tensor> normalization = new LinkedHashMap<>();
        List<String> prefixes = new ArrayList<>();
        takeNormalization(tensors, "", normalization);
        while (prefixes.size() < MOST_WRAPPERS) {
            String prefix = commonPrefix(tensors);
            if (prefix.isEmpty()) {
                break;
            }
            Map<String, Safetensors.Tensor> shorter = new LinkedHashMap<>();
            tensors.forEach((name, tensor) -> shorter.put(name.substring(prefix.length()), tensor));
            tensors = shorter;
            prefixes.add(prefix);
            takeNormalization(tensors, String.join("", prefixes), normalization);
        }
        return new PlainNames(tensors, prefixes, normalization);
    }

    private static String commonPrefix(Map<String, Safetensors.Tensor> tensors) {
        if (tensors.isEmpty()) {
            return "";
        }
        for (String prefix : WRAPPERS) {
            if (tensors.keySet().stream().allMatch(name -> startsWith(name, prefix))) {
                return prefix;
            }
        }
        for (String prefix : PLACES) {
            // a network that is itself a Sequential of one layer keeps its "0.weight"
            if (tensors.keySet().stream().allMatch(name -> startsWith(name, prefix))
                    && tensors.keySet().stream().anyMatch(name -> name.indexOf('.', prefix.length()) >= 0)) {
                return prefix;
            }
        }
        return "";
    }

    private static boolean startsWith(String name, String prefix) {
        return name.startsWith(prefix) && name.length() > prefix.length();
    }

    private static void takeNormalization(
            Map<String, Safetensors.Tensor> tensors, String outer, Map<String, Safetensors.Tensor> taken) {
        if (!taken.isEmpty()) {
            return;
        }
        for (String owner : NORMALIZERS) {
            for (List<String> pair : BUFFERS) {
                String mean = owner + pair.get(0);
                String deviation = owner + pair.get(1);
                if (isPerChannel(tensors.get(mean)) && isPerChannel(tensors.get(deviation))) {
                    taken.put(outer + mean, tensors.remove(mean));
                    taken.put(outer + deviation, tensors.remove(deviation));
                    return;
                }
            }
        }
    }

    private static boolean isPerChannel(Safetensors.Tensor tensor) {
        return tensor != null
                && tensor.type() == Safetensors.ElementType.F32
                && (tensor.bytes().length == 3 * Float.BYTES || tensor.bytes().length == Float.BYTES);
    }
}
