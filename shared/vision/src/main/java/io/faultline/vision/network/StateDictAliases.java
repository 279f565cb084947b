package io.faultline.vision.network;

import io.faultline.checkpoint.Safetensors;
import io.faultline.recipe.Architecture;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Other spellings of a network's state dict that published files have:
 *
 * <ul>
 *   <li>wide residual networks after TRADES: {@code sub_block1}, which they register and never run, is passed over;
 *   <li>DenseNet as torchvision first published it: {@code norm.1} for {@code norm1}, {@code conv.2} for {@code conv2};
 *   <li>files from before PyTorch 0.4.1: without any {@code num_batches_tracked}, which then start at 0.
 * </ul>
 */
final class StateDictAliases {
    private static final String UNUSED_GROUP = "sub_block1.";
    private static final String COUNTER = ".num_batches_tracked";
    private static final Pattern OLD_DENSE_LAYER = Pattern.compile("(denselayer\\d+\\.(?:norm|conv))\\.([12])\\.");

    private StateDictAliases() {}

    /** The file under the network's own names; what is no alias stays as it is. */
    static Map<String, Safetensors.Tensor> resolve(
            Architecture architecture, List<TensorSpec> tensors, Map<String, Safetensors.Tensor> file) {
        Map<String, Safetensors.Tensor> resolved = new LinkedHashMap<>();
        file.forEach((name, tensor) -> {
            if (!isUnused(architecture, name)) {
                String known = own(architecture, name);
                resolved.put(file.containsKey(known) ? name : known, tensor);
            }
        });
        if (file.keySet().stream().noneMatch(name -> name.endsWith(COUNTER))) {
            tensors.stream()
                    .filter(tensor -> tensor.role() == TensorSpec.Role.BATCHES_TRACKED)
                    .forEach(tensor -> resolved.put(tensor.name(), Safetensors.Tensor.of(new long[1], List.of())));
        }
        return resolved;
    }

    private static boolean isUnused(Architecture architecture, String name) {
        return switch (architecture) {
            case WRN28_10, WRN34_10 -> name.startsWith(UNUSED_GROUP);
            default -> false;
        };
    }

    private static String own(Architecture architecture, String name) {
        return architecture == Architecture.DENSENET121
                ? OLD_DENSE_LAYER.matcher(name).replaceFirst("$1$2.")
                : name;
    }
}
