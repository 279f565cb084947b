package io.faultline.vision.network;

import io.faultline.recipe.ModulePath;
import java.util.List;
import java.util.stream.Collectors;

/** The modules of a network that have a weight matrix, in the order of the state dict. */
public record NamedModules(List<NamedModule> modules) {
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

    /** @throws IllegalArgumentException if the network has no such module, naming those that it has */
    public NamedModule get(ModulePath path) {
        return modules.stream()
                .filter(module -> module.path().equals(path))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no module '" + path + "'; the network has "
                        + modules.stream().map(module -> module.path().name()).collect(Collectors.joining(", "))));
    }
}
