package io.faultline.rift.criticality;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.faultline.checkpoint.InvalidCheckpointException;
import io.faultline.checkpoint.Safetensors;
import io.faultline.checkpoint.Safetensors.Declared;
import io.faultline.checkpoint.Safetensors.ElementType;
import io.faultline.dataset.LabeledImages;
import io.faultline.recipe.Seed;
import io.faultline.vision.attack.Adversary;
import io.faultline.vision.batch.ImageBatch;
import io.faultline.vision.batch.ImageBatches;
import io.faultline.vision.evaluation.EvaluationListener;
import io.faultline.vision.network.Classifier;
import io.faultline.vision.network.Tensors;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Labelled images that are made once and then stay as they are: the adversarial examples of θ_AT, on which every module's
 * criticality is measured (Zhu et al., ICCV 2023, Sec. 3.3), in the batches of the ascent. They stay until {@link #close()}, in memory
 * as far as a budget goes.
 *
 * <p>As a file they are safetensors: for each batch {@code images.NNNNNN} (n, 3, H, W) float32 in [0, 1] and {@code labels.NNNNNN} (n)
 * int64, batch by batch. Written and read they are the same, bit for bit.
 */
public final class FixedExamples implements AutoCloseable {
    private static final String IMAGES = "images.%06d";
    private static final String LABELS = "labels.%06d";
    private static final String SIZE = "examples";

    private final NDManager manager;
    private final TensorStore store;
    private final List<Batch> batches = new ArrayList<>();
    private long size;

    /**
     * @param images (n, 3, H, W), float32 in [0, 1]
     * @param labels (n), int64
     * @param first place of its first image among all
     */
    record Batch(Sheet images, NDArray labels, long first, List<Long> shape) {
        long size() {
            return shape.get(0);
        }
    }

    /** Where batches that were made are kept, so that they need not be made again. */
    public interface Chunks {
        /** Keeps nothing. */
        Chunks NONE = new Chunks() {
            @Override
            public Optional<Safetensors> kept(int place) {
                return Optional.empty();
            }

            @Override
            public void keep(int place, Safetensors chunk) {
                // forgotten
            }
        };

        /**
         * What was kept of a batch.
         *
         * @param place of the batch, from 0
         */
        Optional<Safetensors> kept(int place);

        /** Keeps a batch. */
        void keep(int place, Safetensors chunk);
    }

    /**
     * How images become examples.
     *
     * @param classifier that is attacked
     * @param batchSize of the ascent, and of the attack
     * @param seed of the attack's starts, derived for each batch from its first image's place
     */
    public record Making(Adversary adversary, Classifier classifier, int batchSize, Seed seed) {}

    /**
     * Without an example yet.
     *
     * @param parent of the memory that the examples take
     */
    public FixedExamples(NDManager parent, ActivationBudget budget) {
        manager = parent.newSubManager();
        store = new TensorStore(manager, new MemoryAccount(budget));
    }

    /**
     * Attacks images batch by batch and keeps the results; batches that were made before are taken from where they were kept.
     *
     * @param listener hears of each batch
     * @throws InvalidCheckpointException if what was kept is not of these images
     */
    public static FixedExamples attacked(
            LabeledImages images,
            Making making,
            Chunks chunks,
            EvaluationListener listener,
            NDManager parent,
            ActivationBudget budget) {
        ImageBatches loaded = ImageBatches.of(images);
        FixedExamples examples = new FixedExamples(parent, budget);
        try {
            for (int from = 0; from < images.size(); from += making.batchSize()) {
                int to = Math.min(from + making.batchSize(), images.size());
                int place = examples.batches.size();
                Optional<Safetensors> kept = chunks.kept(place);
                if (kept.isPresent()) {
                    examples.take(kept.get(), place, Arrays.stream(images.labels(), from, to));
                } else {
                    examples.make(loaded, from, to, making);
                    chunks.keep(place, examples.chunk(place));
                }
                listener.measured(to - from);
            }
            return examples;
        } catch (RuntimeException e) {
            examples.close();
            throw e;
        }
    }

    /**
     * Reads a file that {@link #writeTo} wrote, batch by batch; the stream stays open.
     *
     * @throws InvalidCheckpointException if it is no such file
     */
    public static FixedExamples read(InputStream in, NDManager parent, ActivationBudget budget) {
        FixedExamples examples = new FixedExamples(parent, budget);
        try {
            Reading reading = examples.new Reading();
            Map<String, String> metadata = Safetensors.readEach(in, reading::next);
            reading.end(metadata);
            return examples;
        } catch (RuntimeException e) {
            examples.close();
            throw e;
        }
    }

    /**
     * Writes all batches, one after another; the stream stays open.
     *
     * @param provenance what the examples were made from, as the file's metadata
     */
    public void writeTo(OutputStream out, Map<String, String> provenance) throws IOException {
        Map<String, String> metadata = new TreeMap<>(provenance);
        metadata.put(SIZE, Long.toString(size));
        List<Declared> declared = new ArrayList<>();
        for (int place = 0; place < batches.size(); place++) {
            Batch batch = batches.get(place);
            declared.add(new Declared(IMAGES.formatted(place), ElementType.F32, batch.shape()));
            declared.add(new Declared(LABELS.formatted(place), ElementType.I64, List.of(batch.size())));
        }
        Safetensors.writeEach(out, metadata, declared, name -> {
            int place = Integer.parseInt(name.substring(name.indexOf('.') + 1));
            return tensor(batches.get(place), name.equals(IMAGES.formatted(place)));
        });
    }

    /** Takes a batch over: what it needs of it lives as long as the examples do. */
    public void add(NDArray images, NDArray labels) {
        try (images) {
            Sheet sheet = store.sheet();
            sheet.append(images);
            labels.attach(manager);
            List<Long> shape =
                    Arrays.stream(images.getShape().getShape()).boxed().toList();
            batches.add(new Batch(sheet, labels, size, shape));
            size += labels.size();
        }
    }

    /** How many images. */
    public long size() {
        return size;
    }

    List<Batch> batches() {
        return batches;
    }

    /** Bytes that are not in memory. */
    long spilled() {
        return store.spilled();
    }

    private void make(ImageBatches loaded, int from, int to, Making making) {
        try (NDManager scope = manager.newSubManager()) {
            ImageBatch batch = loaded.load(from, to, scope);
            add(
                    making.adversary()
                            .perturb(
                                    making.classifier(),
                                    batch.images(),
                                    batch.labels(),
                                    making.seed().derive(from)),
                    batch.labels());
        }
    }

    private Safetensors chunk(int place) {
        Batch batch = batches.get(place);
        Map<String, Safetensors.Tensor> tensors = new TreeMap<>();
        tensors.put(IMAGES.formatted(place), tensor(batch, true));
        tensors.put(LABELS.formatted(place), tensor(batch, false));
        return new Safetensors(Map.of(), tensors);
    }

    private void take(Safetensors chunk, int place, IntStream labels) {
        Safetensors.Tensor images = chunk.tensors().get(IMAGES.formatted(place));
        Safetensors.Tensor found = chunk.tensors().get(LABELS.formatted(place));
        long[] expected = labels.asLongStream().toArray();
        if (images == null || found == null || !Arrays.equals(found.longs(), expected)) {
            throw new InvalidCheckpointException("batch " + place + " of the adversarial examples was kept with "
                    + chunk.tensors().keySet() + " and other labels than the images have; delete what was kept");
        }
        load(images, found);
    }

    private Safetensors.Tensor tensor(Batch batch, boolean images) {
        if (!images) {
            return Tensors.save(batch.labels());
        }
        try (NDManager scope = manager.newSubManager()) {
            return Tensors.save(batch.images().read(0, batch.size(), scope));
        }
    }

    private void load(Safetensors.Tensor images, Safetensors.Tensor labels) {
        List<Long> shape = images.shape();
        if (images.type() != ElementType.F32
                || shape.size() != 4
                || shape.get(0) < 1
                || labels.type() != ElementType.I64
                || !labels.shape().equals(shape.subList(0, 1))) {
            throw new InvalidCheckpointException("adversarial examples of " + images.type() + " " + shape
                    + " with labels of " + labels.type() + " " + labels.shape()
                    + "; expected F32 [n, 3, height, width] and I64 [n]");
        }
        add(Tensors.load(images, manager), Tensors.load(labels, manager));
    }

    /** The tensors of a file as they come. */
    private final class Reading {
        private Safetensors.Tensor images;

        void next(String name, Safetensors.Tensor tensor) {
            String expected = (images == null ? IMAGES : LABELS).formatted(batches.size());
            if (!name.equals(expected)) {
                throw new InvalidCheckpointException("the file of adversarial examples goes on with '"
                        + InvalidCheckpointException.excerpt(name) + "'; expected '" + expected + "'");
            }
            if (images == null) {
                images = tensor;
            } else {
                load(images, tensor);
                images = null;
            }
        }

        void end(Map<String, String> metadata) {
            if (images != null || !Long.toString(size).equals(metadata.get(SIZE))) {
                throw new InvalidCheckpointException("the file holds " + size + " adversarial examples and says '"
                        + metadata.get(SIZE) + "'; it is damaged, or no file of examples");
            }
        }
    }

    @Override
    public void close() {
        store.close();
        manager.close();
    }
}
