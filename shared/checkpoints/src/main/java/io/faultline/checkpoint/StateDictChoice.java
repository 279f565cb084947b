package io.faultline.checkpoint;

import static io.faultline.checkpoint.InvalidCheckpointException.excerpt;

import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Finds the state dict in what a checkpoint holds: the top level itself, or a dict under one of the usual names. A moving
 * average of the weights ({@code ema}) is another network than the one that was trained, and is taken only by name.
 *
 * @param path of names with dots between them; empty for the top level
 * @param views by name, in the order of the file
 * @param facts single values beside the state dict, such as the epoch
 * @param ignored what else lies in the file, by path
 */
record StateDictChoice(String path, Map<String, TensorView> views, Map<String, String> facts, Set<String> ignored) {
    private static final Set<String> USUAL =
            Set.of("net", "model", "state_dict", "model_state_dict", "model_state", "params");
    private static final String TOP_LEVEL = "";
    private static final int DEEPEST = 4;

    /** @throws InvalidCheckpointException if there is none, or several and no telling which */
    static StateDictChoice usual(Pickled root) {
        Map<String, Pickled.Mapping> candidates = candidates(root);
        List<String> usual = candidates.keySet().stream()
                .filter(path -> !path.equals(TOP_LEVEL))
                .filter(path -> Arrays.stream(path.split("\\.", -1)).allMatch(USUAL::contains))
                .toList();
        if (usual.size() == 1) {
            return of(root, usual.get(0), candidates);
        }
        if (usual.isEmpty() && candidates.containsKey(TOP_LEVEL)) {
            return of(root, TOP_LEVEL, candidates);
        }
        throw new InvalidCheckpointException("the checkpoint holds the state dicts " + listed(candidates.keySet())
                + (usual.isEmpty()
                        ? ", none under a usual name " + new TreeSet<>(USUAL)
                        : ", more than one under a usual name")
                + "; name the one to take");
    }

    /** @throws InvalidCheckpointException if there is no state dict of that path */
    static StateDictChoice named(Pickled root, String path) {
        Map<String, Pickled.Mapping> candidates = candidates(root);
        if (!candidates.containsKey(path)) {
            throw new InvalidCheckpointException(
                    "the checkpoint has no state dict '" + excerpt(path) + "'; it has " + listed(candidates.keySet()));
        }
        return of(root, path, candidates);
    }

    /** Every dict that holds tensors by name, by its path. */
    private static Map<String, Pickled.Mapping> candidates(Pickled root) {
        if (!(root instanceof Pickled.Mapping top)) {
            throw new InvalidCheckpointException("the checkpoint is " + root.kind()
                    + "; expected a dict of tensors by name, or one with such a dict in it");
        }
        Map<String, Pickled.Mapping> candidates = new LinkedHashMap<>();
        collect(TOP_LEVEL, top, 0, Collections.newSetFromMap(new IdentityHashMap<>()), candidates);
        if (candidates.isEmpty()) {
            throw new InvalidCheckpointException("the checkpoint holds no dict of tensors by name, but "
                    + listed(texts(top).keySet()) + "; save the network's state_dict()");
        }
        return candidates;
    }

    private static void collect(
            String path,
            Pickled.Mapping mapping,
            int depth,
            Set<Pickled.Mapping> seen,
            Map<String, Pickled.Mapping> candidates) {
        // a dict may hold itself, or be held many times
        if (depth > DEEPEST || !seen.add(mapping)) {
            return;
        }
        Map<String, Pickled> items = texts(mapping);
        if (items.size() == mapping.entries().size()
                && items.values().stream().anyMatch(Pickled.View.class::isInstance)) {
            // two paths can be written alike where names have dots; the first is the nearer
            candidates.putIfAbsent(path, mapping);
        }
        items.forEach((name, value) -> {
            if (value instanceof Pickled.Mapping inner) {
                collect(under(path, name), inner, depth + 1, seen, candidates);
            }
        });
    }

    private static StateDictChoice of(Pickled root, String path, Map<String, Pickled.Mapping> candidates) {
        Map<String, TensorView> views = new LinkedHashMap<>();
        Map<String, String> facts = new LinkedHashMap<>();
        Set<String> ignored = new TreeSet<>();
        Pickled.Mapping chosen = candidates.get(path);
        if (!path.equals(TOP_LEVEL)) {
            texts((Pickled.Mapping) root).forEach((name, value) -> {
                value.scalar().ifPresent(text -> facts.put(name, text));
                boolean holdsTheChoice = path.equals(name) || path.startsWith(name + ".");
                if (value.scalar().isEmpty() && !holdsTheChoice) {
                    ignored.add(name);
                }
            });
        }
        texts(chosen).forEach((name, value) -> {
            if (value instanceof Pickled.View view) {
                views.put(name, view.tensor());
            } else if (path.equals(TOP_LEVEL) && value.scalar().isPresent()) {
                facts.put(name, value.scalar().get());
            } else {
                ignored.add(under(path, name));
            }
        });
        return new StateDictChoice(path, views, facts, ignored);
    }

    /** What a dict has under names; numbers and None are keys of an optimiser's state. */
    private static Map<String, Pickled> texts(Pickled.Mapping mapping) {
        Map<String, Pickled> texts = new LinkedHashMap<>();
        mapping.entries().forEach((key, value) -> {
            if (key instanceof Pickled.Text text) {
                texts.put(text.value(), value);
            }
        });
        return texts;
    }

    private static String under(String path, String name) {
        return path.equals(TOP_LEVEL) ? name : path + "." + name;
    }

    private static String listed(Set<String> paths) {
        return paths.stream()
                .limit(20)
                .map(path -> path.equals(TOP_LEVEL) ? "(top level)" : "'" + excerpt(path) + "'")
                .collect(Collectors.joining(", "));
    }
}
