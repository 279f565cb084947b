package io.faultline.rift.choice;

import io.faultline.vision.network.NamedModule;
import java.util.List;

/**
 * The modules to fine-tune.
 *
 * @param modules in the network's order; empty where only running statistics move
 * @param reason for people, with the figures that decided
 */
public record ModuleSelection(List<NamedModule> modules, String reason) {
    public ModuleSelection {
        modules = List.copyOf(modules);
    }
}
