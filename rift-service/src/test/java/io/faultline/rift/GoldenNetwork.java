package io.faultline.rift;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import io.faultline.checkpoint.Safetensors;
import io.faultline.dataset.LabeledImages;
import io.faultline.dataset.RgbImage;
import io.faultline.json.FaultlineJson;
import io.faultline.vision.network.Checkpoint;
import io.faultline.vision.network.StateDict;
import io.faultline.vision.network.Tensors;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * The small trained network and its images of src/test/python/rift_golden.py, and what src/test/python/fine_tuning_golden.py makes of
 * them.
 */
public final class GoldenNetwork {
    private static final int EXTENT = 8;
    private static final int VALUES = 3 * EXTENT * EXTENT;

    private GoldenNetwork() {}

    public static Checkpoint checkpoint(NDManager parent) {
        return Checkpoint.read(open("network.safetensors"), parent);
    }

    public static byte[] checkpointFile() {
        try (InputStream in = open("network.safetensors")) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The one weight that rift_golden.py fine-tunes, by name. */
    public static Map<String, Safetensors.Tensor> fineTuned() {
        return Safetensors.read(open("fine-tuned.safetensors")).tensors();
    }

    /** @param fineTuning "module", "modules" or "statistics" */
    public static Map<String, Safetensors.Tensor> fineTuned(String fineTuning) {
        return Safetensors.read(open("fine-tuning-" + fineTuning + ".safetensors"))
                .tensors();
    }

    public static JsonNode expected() {
        return json("expected.json");
    }

    /** @param fineTuning "module", "modules" or "statistics" */
    public static JsonNode expected(String fineTuning) {
        return json("fine-tuning.json").get(fineTuning);
    }

    private static JsonNode json(String name) {
        try (InputStream in = open(name)) {
            return FaultlineJson.mapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param images "clean" or "adversarial" */
    public static void batches(String images, int size, NDManager manager, BiConsumer<NDArray, NDArray> sink) {
        float[] pixels = images(images);
        long[] labels = labels();
        for (int from = 0; from < labels.length; from += size) {
            int to = Math.min(labels.length, from + size);
            sink.accept(
                    Tensors.of(
                            manager,
                            Arrays.copyOfRange(pixels, from * VALUES, to * VALUES),
                            new Shape(to - from, 3, EXTENT, EXTENT)),
                    Tensors.of(manager, Arrays.copyOfRange(labels, from, to), new Shape(to - from)));
        }
    }

    /** The clean images as a split; ids name the classes a to d. */
    public static LabeledImages cleanImages() {
        float[] pixels = images("clean");
        long[] labels = labels();
        List<String> ids = new ArrayList<>();
        List<RgbImage> images = new ArrayList<>();
        for (int i = 0; i < labels.length; i++) {
            byte[] bytes = new byte[VALUES];
            for (int p = 0; p < VALUES; p++) {
                int channel = p % 3;
                bytes[p] = (byte) Math.round(255 * pixels[i * VALUES + channel * EXTENT * EXTENT + p / 3]);
            }
            ids.add((char) ('a' + labels[i]) + "/" + String.format("%02d", i));
            images.add(new RgbImage(EXTENT, EXTENT, bytes));
        }
        return new LabeledImages(
                ids, Arrays.stream(labels).mapToInt(Math::toIntExact).toArray(), images);
    }

    private static float[] images(String name) {
        return Safetensors.read(open("examples.safetensors"))
                .tensors()
                .get(name)
                .floats();
    }

    private static long[] labels() {
        byte[] bytes = Safetensors.read(open("examples.safetensors"))
                .tensors()
                .get("labels")
                .bytes();
        long[] labels = new long[bytes.length / Long.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().get(labels);
        return labels;
    }

    /** Every tensor's bytes, for comparison. */
    public static Map<String, ByteBuffer> bytes(StateDict state) {
        Map<String, ByteBuffer> bytes = new LinkedHashMap<>();
        state.export().forEach((name, tensor) -> bytes.put(name, ByteBuffer.wrap(tensor.bytes())));
        return bytes;
    }

    /** Fills a tensor with infinity. */
    public static void overflow(StateDict state, String name) {
        NDArray tensor = state.get(name);
        try (NDArray infinite = tensor.zerosLike().add(Float.POSITIVE_INFINITY)) {
            state.put(name, infinite);
        }
    }

    private static InputStream open(String name) {
        return GoldenNetwork.class.getResourceAsStream("/golden/" + name);
    }
}
