package io.faultline.rift.criticality;

import io.faultline.checkpoint.InvalidCheckpointException;
import io.faultline.checkpoint.Safetensors;
import io.faultline.vision.network.NamedModule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What the ascent of one module carries from one round to the next.
 *
 * @param weight the module's, after the last round and its projection
 * @param fits of the start and of each round, but for the last round where {@code rest} is its beginning
 * @param rest the last round's fit on all batches but the first, whose fit is the next round's first forward pass; of no image before the
 *     first round
 * @param reached whether a round has reached the ball's surface
 */
record AscentState(float[] weight, List<Fit> fits, Fit rest, int rounds, boolean reached) {
    private static final String MODULE = "module";
    private static final String ROUNDS = "rounds";
    private static final String REACHED = "reached";
    private static final String FITS = "fits";
    private static final String REST = "rest";
    private static final String WEIGHT = "weight";

    AscentState {
        fits = List.copyOf(fits);
    }

    static AscentState start(float[] weight, Fit original) {
        return new AscentState(weight, List.of(original), Fit.NONE, 0, false);
    }

    /** Whether the last round's fit still lacks the first batch. */
    boolean lacksFirstBatch() {
        return fits.size() <= rounds;
    }

    /** With the last round's fit complete. */
    AscentState with(Fit ofFirstBatch) {
        List<Fit> all = new ArrayList<>(fits);
        all.add(ofFirstBatch.plus(rest));
        return new AscentState(weight, all, Fit.NONE, rounds, reached);
    }

    Safetensors export(NamedModule module) {
        Map<String, String> metadata = new TreeMap<>();
        metadata.put(MODULE, module.path().name());
        metadata.put(ROUNDS, Integer.toString(rounds));
        metadata.put(REACHED, Boolean.toString(reached));
        metadata.put(FITS, fits.stream().map(AscentState::text).collect(Collectors.joining(" ")));
        metadata.put(REST, text(rest));
        return new Safetensors(metadata, Map.of(WEIGHT, Safetensors.Tensor.of(weight, List.of((long) weight.length))));
    }

    /**
     * @param original what the first fit must be: the same network on the same examples
     * @throws InvalidCheckpointException if the file was not written by {@link #export} for this module, network and examples
     */
    static AscentState restore(Safetensors file, NamedModule module, Fit original) {
        Map<String, String> metadata = file.metadata();
        Safetensors.Tensor weight = file.tensors().get(WEIGHT);
        if (!module.path().name().equals(metadata.get(MODULE)) || weight == null) {
            throw new InvalidCheckpointException("what was kept is of module " + metadata.get(MODULE) + " with "
                    + file.tensors().keySet() + "; expected " + module.path() + " with [" + WEIGHT + "]");
        }
        AscentState state;
        try {
            List<Fit> fits = new ArrayList<>();
            for (String fit : metadata.getOrDefault(FITS, "").split(" ")) {
                fits.add(fit(fit));
            }
            state = new AscentState(
                    weight.floats(),
                    fits,
                    fit(metadata.getOrDefault(REST, "")),
                    Integer.parseInt(metadata.get(ROUNDS)),
                    Boolean.parseBoolean(metadata.get(REACHED)));
        } catch (NumberFormatException e) {
            throw new InvalidCheckpointException("what was kept of module " + module.path() + " is damaged: " + e, e);
        }
        if (!state.fits().get(0).equals(original) || state.weight().length != module.parameters()) {
            throw new InvalidCheckpointException("what was kept of module " + module.path() + " started from "
                    + state.fits().get(0) + " with " + state.weight().length + " weights; the network at hand has "
                    + original + " and " + module.parameters() + ": it is of another network or other examples");
        }
        return state;
    }

    private static String text(Fit fit) {
        return fit.lossSum() + "," + fit.correct() + "," + fit.images();
    }

    private static Fit fit(String text) {
        String[] words = text.split(",");
        if (words.length != 3) {
            throw new NumberFormatException("'" + text + "' is no fit");
        }
        return new Fit(Double.parseDouble(words[0]), Long.parseLong(words[1]), Long.parseLong(words[2]));
    }
}
