package io.faultline.rift.criticality;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.faultline.rift.criticality.FixedExamples.Batch;
import io.faultline.vision.network.CutNetwork;
import io.faultline.vision.network.FoldedNetwork;
import io.faultline.vision.network.NamedModule;
import io.faultline.vision.network.NormalizedNetwork;
import java.util.ArrayList;
import java.util.List;

/**
 * What enters one segment of a network, for all examples, and what a module in that segment needs of it: computed once and kept as long
 * as modules of the segment are asked for. Going on to a later segment starts from the last one; going back, from the images.
 *
 * @implNote batches go through the network in parts, so that a tensor of its widest activation stays at about {@value #PART_BYTES} bytes:
 *     from 32 MiB on the C library maps fresh memory for every tensor, and the kernel fills each page with zeros. Activations that are
 *     kept are always computed in the same parts, whichever modules were asked for before, so that their last bits are the same
 */
final class KeptActivations implements AutoCloseable {
    static final long PART_BYTES = 16L << 20;

    private final NormalizedNetwork network;
    private final FoldedNetwork folded;
    private final FixedExamples examples;
    private final NDManager manager;
    private final MemoryAccount account;
    private final long partBytes;
    /** Bytes of one image that leave each segment. */
    private final long[] leaving;

    private int segment;
    private TensorStore store;
    private List<Sheet> entering;

    KeptActivations(
            NormalizedNetwork network,
            FoldedNetwork folded,
            FixedExamples examples,
            NDManager parent,
            ActivationBudget budget,
            long partBytes) {
        this.network = network;
        this.folded = folded;
        this.examples = examples;
        this.partBytes = partBytes;
        manager = parent.newSubManager();
        account = new MemoryAccount(budget);
        leaving = leaving();
        toImages();
    }

    /** What is needed of all examples to run the network from a module on; closed by the caller, before the next one is asked for. */
    ModuleExamples of(NamedModule module) {
        goTo(network.segmentOf(module.path()));
        return new ModuleExamples(folded.cutBefore(module), segment);
    }

    /** How many images of a batch go through the segments from one on at a time. */
    private int rows(int from, long batch) {
        long widest = 1;
        for (int i = from; i < leaving.length; i++) {
            widest = Math.max(widest, leaving[i]);
        }
        long parts = Math.max(1, (batch * widest + partBytes - 1) / partBytes);
        return Math.toIntExact((batch + parts - 1) / Math.min(parts, batch));
    }

    private long[] leaving() {
        long[] bytes = new long[network.segments().size()];
        try (NDManager scope = manager.newSubManager()) {
            NDArray activation = examples.batches().get(0).images().read(0, 1, scope);
            for (int i = 0; i < bytes.length; i++) {
                activation = folded.run(i, i + 1, activation);
                bytes[i] = activation.getShape().size() * Float.BYTES;
            }
        }
        return bytes;
    }

    private void toImages() {
        if (store != null) {
            store.close();
        }
        store = new TensorStore(manager, account);
        entering = examples.batches().stream().map(Batch::images).toList();
        segment = 0;
    }

    private void goTo(int wanted) {
        if (wanted < segment) {
            toImages();
        }
        if (wanted == segment) {
            return;
        }
        TensorStore next = new TensorStore(manager, account);
        List<Sheet> sheets = new ArrayList<>();
        for (int batch = 0; batch < entering.size(); batch++) {
            Sheet sheet = next.sheet();
            long size = examples.batches().get(batch).size();
            int rows = rows(0, size);
            for (long from = 0; from < size; from += rows) {
                try (NDManager scope = manager.newSubManager()) {
                    NDArray part = entering.get(batch).read(from, Math.min(size, from + rows), scope);
                    sheet.append(folded.run(segment, wanted, part));
                }
            }
            sheets.add(sheet);
        }
        store.close();
        store = next;
        entering = sheets;
        segment = wanted;
    }

    @Override
    public void close() {
        store.close();
        manager.close();
    }

    /** The examples as the second part of a network cut before one module takes them. */
    final class ModuleExamples implements AutoCloseable {
        private final CutNetwork cut;
        private final int from;
        private final TensorStore ownStore = new TensorStore(manager, account);
        /** By batch, what is kept of it; nothing where the activation that enters the segment is needed as it is. */
        private final List<List<Kept>> kept = new ArrayList<>();

        private ModuleExamples(CutNetwork cut, int from) {
            this.cut = cut;
            this.from = from;
            try {
                for (int batch = 0; batch < entering.size(); batch++) {
                    kept.add(keep(batch));
                }
            } catch (RuntimeException e) {
                ownStore.close();
                throw e;
            }
        }

        CutNetwork cut() {
            return cut;
        }

        int batches() {
            return kept.size();
        }

        long size(int batch) {
            return examples.batches().get(batch).size();
        }

        /** How many images of a batch are to be computed at a time. */
        int rows(int batch) {
            return KeptActivations.this.rows(from, size(batch));
        }

        /** @return owned by {@code scope}; to be read only */
        NDList read(int batch, long begin, long end, NDManager scope) {
            NDList parts = new NDList();
            NDArray whole = null;
            for (Kept one : kept.get(batch)) {
                if (one.asItEnters() && whole == null) {
                    whole = entering.get(batch).read(begin, end, scope);
                }
                parts.add(one.asItEnters() ? whole : one.sheet().read(begin, end, scope));
            }
            return parts;
        }

        /** @return (n) int64, owned by {@code scope} */
        NDArray labels(int batch, long begin, long end, NDManager scope) {
            NDArray labels = examples.batches().get(batch).labels().get(begin + ":" + end);
            labels.attach(scope);
            return labels;
        }

        private List<Kept> keep(int batch) {
            List<Kept> sheets = new ArrayList<>();
            long size = size(batch);
            int rows = KeptActivations.this.rows(0, size);
            for (long begin = 0; begin < size; begin += rows) {
                try (NDManager scope = manager.newSubManager()) {
                    NDArray part = entering.get(batch).read(begin, Math.min(size, begin + rows), scope);
                    NDList needed = cut.before(part);
                    for (int i = 0; i < needed.size(); i++) {
                        boolean asItEnters = needed.get(i) == part;
                        if (begin == 0) {
                            sheets.add(new Kept(asItEnters, ownStore.sheet()));
                        }
                        if (!asItEnters) {
                            sheets.get(i).sheet().append(needed.get(i));
                        }
                    }
                }
            }
            return sheets;
        }

        @Override
        public void close() {
            ownStore.close();
        }
    }

    /**
     * One array that a module needs.
     *
     * @param asItEnters whether it is what enters the segment; the sheet is empty then
     */
    private record Kept(boolean asItEnters, Sheet sheet) {}
}
