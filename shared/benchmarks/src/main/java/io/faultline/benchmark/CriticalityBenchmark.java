package io.faultline.benchmark;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.sun.management.OperatingSystemMXBean;
import io.faultline.dataset.LabeledImages;
import io.faultline.dataset.SyntheticShapes;
import io.faultline.recipe.Architecture;
import io.faultline.recipe.AttackRecipe;
import io.faultline.recipe.CriticalityProcedure;
import io.faultline.recipe.CriticalityRecipe;
import io.faultline.recipe.Normalization;
import io.faultline.recipe.Ratio;
import io.faultline.recipe.Seed;
import io.faultline.report.ModuleCriticality;
import io.faultline.rift.criticality.ActivationBudget;
import io.faultline.rift.criticality.FixedExamples;
import io.faultline.rift.criticality.ModuleRobustCriticality;
import io.faultline.rift.criticality.RoundStore;
import io.faultline.vision.ComputeDevice;
import io.faultline.vision.attack.Adversary;
import io.faultline.vision.batch.ExampleSelection;
import io.faultline.vision.evaluation.EvaluationListener;
import io.faultline.vision.network.Checkpoint;
import io.faultline.vision.network.NamedModule;
import io.faultline.vision.network.NetworkSpec;
import io.faultline.vision.network.NormalizedNetwork;
import io.faultline.vision.network.StateDict;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Module robust criticality of a ResNet-18 on 32×32 images beside PyTorch running the authors' algorithm: the same network, the same
 * adversarial examples in the same order, module by module in turn, so that whatever else the machine does hits both.
 *
 * <p>What either side does once for all modules, the loss of the network as it is and what is computed on the way from one module to the
 * next, counts too. Processor seconds are those of all threads of the process.
 */
public final class CriticalityBenchmark {
    private static final int SIDE = 32;
    private static final int CLASSES = 10;
    private static final double RADIUS = 0.1;
    private static final float STEEPNESS = 30;

    private final int width;
    private final int images;
    private final int batch;
    private final int rounds;
    private final double rate;
    private final long budget;
    private final int threads;
    private final List<String> chosen;

    /** What a piece of work took, in seconds. */
    private record Cost(double wall, double processor) {
        static final Cost NONE = new Cost(0, 0);

        Cost plus(Cost other) {
            return new Cost(wall + other.wall, processor + other.processor);
        }
    }

    private record Timed<T>(T result, Cost cost) {
        static <T> Timed<T> of(Supplier<T> task) {
            OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
            long processor = system.getProcessCpuTime();
            long start = System.nanoTime();
            T result = task.get();
            return new Timed<>(
                    result, new Cost(Threads.secondsSince(start), (system.getProcessCpuTime() - processor) / 1e9));
        }
    }

    private CriticalityBenchmark(Map<String, String> options) {
        width = Integer.parseInt(options.get("width"));
        images = Integer.parseInt(options.get("images"));
        batch = Integer.parseInt(options.get("batch"));
        rounds = Integer.parseInt(options.get("rounds"));
        rate = Double.parseDouble(options.get("rate"));
        budget = Long.parseLong(options.get("budget")) << 20;
        threads = Integer.parseInt(options.get("threads"));
        chosen = options.get("modules").isEmpty()
                ? List.of()
                : Arrays.asList(options.get("modules").split(","));
    }

    public static void main(String[] arguments) throws IOException {
        Map<String, String> options = new TreeMap<>(Map.of(
                "width",
                "64",
                "images",
                "256",
                "batch",
                "128",
                "rounds",
                "2",
                "rate",
                "0.05",
                "budget",
                "512",
                "threads",
                Integer.toString(Runtime.getRuntime().availableProcessors()),
                "modules",
                "",
                "python",
                "python3"));
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            if (!argument.startsWith("--") || equals < 0 || !options.containsKey(argument.substring(2, equals))) {
                throw new IllegalArgumentException(
                        "argument is '" + argument + "'; allowed: --NAME=… of " + options.keySet());
            }
            options.put(argument.substring(2, equals), argument.substring(equals + 1));
        }
        System.setProperty("ai.djl.pytorch.num_threads", options.get("threads"));
        new CriticalityBenchmark(options).compare(options.get("python"));
    }

    private void compare(String python) throws IOException {
        print(
                "ResNet-18 of width %d, %d adversarial examples in batches of %d, %d rounds, %d threads, %s%n",
                width, images, batch, rounds, threads, System.getProperty("java.vm.version"));
        Path folder = Files.createTempDirectory("criticality");
        Optional<PeerProcess> peer = PeerProcess.start(python, "criticality_peers.py");
        try (NDManager manager = ComputeDevice.open("cpu");
                Checkpoint checkpoint = network(manager);
                FixedExamples examples = examples(checkpoint, manager)) {
            if (peer.isPresent()) {
                print("%s, %s%n", peer.get().versions(), setup(peer.get(), folder, checkpoint, examples));
            }
            measure(checkpoint, examples, peer, manager);
        } finally {
            if (peer.isPresent()) {
                peer.get().close();
            }
            for (String name : List.of("network", "examples")) {
                Files.deleteIfExists(folder.resolve(name));
            }
            Files.delete(folder);
        }
    }

    private void measure(Checkpoint checkpoint, FixedExamples examples, Optional<PeerProcess> peer, NDManager manager) {
        CriticalityRecipe recipe =
                new CriticalityRecipe(CriticalityProcedure.AUTHORS, RADIUS, rounds, rate, batch, null, null, null);
        ActivationBudget kept =
                new ActivationBudget(budget, ActivationBudget.usual().directory());
        Timed<ModuleRobustCriticality> begun =
                Timed.of(() -> new ModuleRobustCriticality(checkpoint, examples, recipe, kept, manager));
        Cost ours = begun.cost();
        Cost theirs =
                peer.map(present -> cost(present.order("original").split(" "))).orElse(Cost.NONE);
        double largestDifference = 0;
        try (ModuleRobustCriticality criticality = begun.result()) {
            for (NamedModule module : checkpoint.network().modules().modules()) {
                String name = module.path().name();
                if (!chosen.isEmpty() && !chosen.contains(name)) {
                    continue;
                }
                Timed<ModuleCriticality> found = Timed.of(() -> criticality.of(module, RoundStore.NONE, () -> {}));
                ours = ours.plus(found.cost());
                double mrc = found.result().mrc();
                print("%-22s %6.2f s wall %6.2f s CPU, MRC %.6f", name, found.cost().wall, found.cost().processor, mrc);
                if (peer.isPresent()) {
                    String[] words =
                            peer.get().order("module " + rounds + " " + name).split(" ");
                    Cost cost = cost(words);
                    theirs = theirs.plus(cost);
                    double reference = Double.parseDouble(words[2]);
                    double difference = Math.abs(mrc - reference) / Math.abs(reference);
                    largestDifference = Math.max(largestDifference, difference);
                    print(
                            "; PyTorch %6.2f s %6.2f s, MRC %.6f; ratio %.2f wall %.2f CPU, MRC off by %.1e",
                            cost.wall,
                            cost.processor,
                            reference,
                            cost.wall / found.cost().wall,
                            cost.processor / found.cost().processor,
                            difference);
                }
                print("%n");
            }
        }
        print("all: Faultline %.2f s wall, %.2f s CPU%n", ours.wall, ours.processor);
        if (peer.isPresent()) {
            print("all: PyTorch   %.2f s wall, %.2f s CPU%n", theirs.wall, theirs.processor);
            print(
                    "all: ratio     %.2f wall, %.2f CPU; MRC off by %.1e at most%n",
                    theirs.wall / ours.wall, theirs.processor / ours.processor, largestDifference);
        }
    }

    private static Cost cost(String[] words) {
        return new Cost(Double.parseDouble(words[0]), Double.parseDouble(words[1]));
    }

    private String setup(PeerProcess peer, Path folder, Checkpoint checkpoint, FixedExamples examples)
            throws IOException {
        Path network = folder.resolve("network");
        Path images = folder.resolve("examples");
        try (OutputStream out = Files.newOutputStream(network)) {
            checkpoint.writeTo(out, Map.of());
        }
        try (OutputStream out = Files.newOutputStream(images)) {
            examples.writeTo(out, Map.of());
        }
        return peer.order("setup %d %d %d %s %s %s %s"
                .formatted(width, CLASSES, threads, Double.toString(rate), Double.toString(RADIUS), network, images));
    }

    /** Fresh, but for a steep last layer: else all logits were nearly equal, and criticalities no more than rounding. */
    private Checkpoint network(NDManager manager) {
        NormalizedNetwork network =
                NormalizedNetwork.of(new NetworkSpec(Architecture.RESNET18, width, CLASSES, Normalization.CIFAR10));
        StateDict weights = network.initialize(Seed.of(2), manager);
        String last = network.head().get(0);
        try (NDArray steep = weights.get(last).mul(STEEPNESS)) {
            weights.put(last, steep);
        }
        return new Checkpoint(network, weights);
    }

    private FixedExamples examples(Checkpoint checkpoint, NDManager manager) {
        LabeledImages shapes =
                SyntheticShapes.generate(images / CLASSES + 1, 1, Seed.of(3)).train();
        AttackRecipe oneStep = new AttackRecipe(null, Ratio.of(8, 255), Ratio.of(8, 255), 1, null, null);
        try (NDManager folding = manager.newSubManager()) {
            return FixedExamples.attacked(
                    ExampleSelection.all(shapes, Seed.of(5))
                            .select(IntStream.range(0, images).toArray()),
                    new FixedExamples.Making(
                            Adversary.of(oneStep),
                            checkpoint.network().folded(checkpoint.state(), folding),
                            batch,
                            Seed.of(4)),
                    FixedExamples.Chunks.NONE,
                    EvaluationListener.NONE,
                    manager,
                    ActivationBudget.usual());
        }
    }

    private static void print(String format, Object... values) {
        System.out.printf(Locale.ROOT, format, values);
    }
}
