package io.faultline.vision.network;

import io.faultline.recipe.ModulePath;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The modules of a network that have a weight matrix, in the order of the state dict. */
public record NamedModules(List<NamedModule> modules) {
    private static final int SUGGESTED = 3;

    public NamedModules {
        modules = List.copyOf(modules);
    }

    static NamedModules of(List<TensorSpec> tensors) {
        return new NamedModules(tensors.stream()
                .filter(tensor -> tensor.role() == TensorSpec.Role.CONVOLUTION_WEIGHT
                        || tensor.role() == TensorSpec.Role.LINEAR_WEIGHT)
                .map(tensor -> new NamedModule(
                        new ModulePath(tensor.name().substring(0, tensor.name().lastIndexOf('.'))),
                        tensor.role() == TensorSpec.Role.CONVOLUTION_WEIGHT
                                ? NamedModule.Kind.CONVOLUTION
                                : NamedModule.Kind.LINEAR,
                        tensor.shape().size()))
                .toList());
    }

    /** @throws IllegalArgumentException if the network has no such module, naming the nearest ones */
    public NamedModule get(ModulePath path) {
        return modules.stream()
                .filter(module -> module.path().equals(path))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no module '" + path + "'; " + nearest(path)));
    }

    /** A question that offers the names nearest to an unknown one; all names if none is near. */
    public String nearest(ModulePath unknown) {
        Map<String, Integer> distances = new LinkedHashMap<>();
        modules.forEach(module -> distances.put(
                module.path().name(),
                EditDistance.of(unknown.name(), module.path().name())));
        int least = Collections.min(distances.values());
        if (least > unknown.name().length() / 2) {
            return "the network has " + String.join(", ", distances.keySet());
        }
        return distances.entrySet().stream()
                .filter(candidate -> candidate.getValue() == least)
                .limit(SUGGESTED)
                .map(Map.Entry::getKey)
                .collect(Collectors.joining(" or ", "did you mean ", "?"));
    }
}
