package io.faultline.benchmark;

import ai.djl.ndarray.NDManager;
import io.faultline.dataset.LabeledImages;
import io.faultline.dataset.RgbImage;
import io.faultline.recipe.Architecture;
import io.faultline.recipe.AttackRecipe;
import io.faultline.recipe.AugmentationRecipe;
import io.faultline.recipe.Normalization;
import io.faultline.recipe.Objective;
import io.faultline.recipe.Seed;
import io.faultline.recipe.SgdRecipe;
import io.faultline.recipe.TrainingRecipe;
import io.faultline.vision.ComputeDevice;
import io.faultline.vision.network.NetworkSpec;
import io.faultline.vision.network.NormalizedNetwork;
import io.faultline.vision.network.StateDict;
import io.faultline.vision.training.TrainingListener;
import io.faultline.vision.training.TrainingLoop;
import io.faultline.vision.training.TrainingPlan;
import io.faultline.vision.training.TrainingState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Training steps of a ResNet-18 on 32×32 images beside PyTorch's, round by round in one run; and, asked for by {@code --memory}, the
 * resident memory over many steps of adversarial training.
 */
public final class TrainingBenchmark {
    private static final int SIDE = 32;
    private static final int CLASSES = 10;

    private final int width;
    private final int batch;
    private final int rounds;
    private final int ermSteps;
    private final int atSteps;

    private TrainingBenchmark(Map<String, String> options) {
        width = Integer.parseInt(options.get("width"));
        batch = Integer.parseInt(options.get("batch"));
        rounds = Integer.parseInt(options.get("rounds"));
        ermSteps = Integer.parseInt(options.get("erm"));
        atSteps = Integer.parseInt(options.get("at"));
    }

    public static void main(String[] arguments) throws IOException {
        Map<String, String> options = new TreeMap<>(Map.of(
                "width", "64", "batch", "128", "rounds", "5", "erm", "4", "at", "1", "memory", "0", "python",
                "python3"));
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            if (!argument.startsWith("--") || equals < 0 || !options.containsKey(argument.substring(2, equals))) {
                throw new IllegalArgumentException(
                        "argument is '" + argument + "'; allowed: --NAME=… of " + options.keySet());
            }
            options.put(argument.substring(2, equals), argument.substring(equals + 1));
        }
        TrainingBenchmark benchmark = new TrainingBenchmark(options);
        int memorySteps = Integer.parseInt(options.get("memory"));
        if (memorySteps > 0) {
            benchmark.watchMemory(memorySteps);
        } else {
            benchmark.compare(options.get("python"));
        }
    }

    private void compare(String python) throws IOException {
        int threads = Runtime.getRuntime().availableProcessors();
        print(
                "ResNet-18 of width %d, batch %d, %d threads, %s%n",
                width, batch, threads, System.getProperty("java.vm.version"));
        Optional<PeerProcess> peer = PeerProcess.start(python, "training_peers.py");
        try (NDManager manager = ComputeDevice.open("cpu");
                Steps ermRun = new Steps(Objective.ERM, ermSteps, manager);
                Steps atRun = new Steps(Objective.ADVERSARIAL, atSteps, manager)) {
            peer.ifPresent(present -> print(
                    "%s, %s%n", present.versions(), present.order("setup %d %d %d".formatted(width, batch, threads))));
            Comparison erm = new Comparison("ERM step", ermRun, peer, "erm " + ermSteps);
            Comparison at = new Comparison("PGD-10 AT step", atRun, peer, "at " + atSteps);
            ermRun.epoch();
            for (int round = 1; round <= rounds; round++) {
                print("  round %d: %s%n", round, erm.round());
                print("  round %d: %s%n", round, at.round());
            }
            erm.report();
            at.report();
        } finally {
            if (peer.isPresent()) {
                peer.get().close();
            }
        }
    }

    /** Prints resident memory per hundred steps. */
    private void watchMemory(int steps) throws IOException {
        try (NDManager manager = ComputeDevice.open("cpu");
                Steps run = new Steps(Objective.ADVERSARIAL, 100, manager)) {
            for (int done = 0; done < steps; done += 100) {
                run.epoch();
                print("after %d steps: %d MiB resident%n", done + 100, residentMebibytes());
            }
        }
    }

    private static long residentMebibytes() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                            .findFirst()
                            .orElseThrow()
                    / 1024;
        }
    }

    private static void print(String format, Object... values) {
        System.out.printf(Locale.ROOT, format, values);
    }

    /** The same steps here and by the peer, in turn. */
    private static final class Comparison {
        private final String what;
        private final Steps steps;
        private final Optional<PeerProcess> peer;
        private final String order;
        private final List<Pace> ours = new ArrayList<>();
        private final List<Pace> peers = new ArrayList<>();

        Comparison(String what, Steps steps, Optional<PeerProcess> peer, String order) {
            this.what = what;
            this.steps = steps;
            this.peer = peer;
            this.order = order;
        }

        /** @return what it measured, in words */
        String round() {
            Pace our = steps.epoch();
            ours.add(our);
            String measured = "%s %s".formatted(what, words(our));
            if (peer.isEmpty()) {
                return measured;
            }
            Pace theirs = peer.get().measure(order);
            peers.add(theirs);
            return "%s; PyTorch %s".formatted(measured, words(theirs));
        }

        private static String words(Pace pace) {
            return String.format(
                    Locale.ROOT,
                    "%.2f images/s, CPU %.1f ms/image",
                    pace.imagesPerSecond(),
                    pace.cpuMillisecondsPerImage());
        }

        void report() {
            Series speed = Series.of(ours, Pace::imagesPerSecond);
            Series cpu = Series.of(ours, Pace::cpuMillisecondsPerImage);
            print("%s: Faultline %s images/s, CPU %s ms/image%n", what, speed.summary("%.2f"), cpu.summary("%.1f"));
            if (peer.isPresent()) {
                Series peersSpeed = Series.of(peers, Pace::imagesPerSecond);
                Series peersCpu = Series.of(peers, Pace::cpuMillisecondsPerImage);
                print(
                        "%s: PyTorch   %s images/s, CPU %s ms/image%n",
                        what, peersSpeed.summary("%.2f"), peersCpu.summary("%.1f"));
                print(
                        "%s: ratio     %s in images/s, %s in images per CPU second%n",
                        what,
                        speed.dividedBy(peersSpeed).summary("%.2f"),
                        peersCpu.dividedBy(cpu).summary("%.2f"));
            }
        }
    }

    /** A training whose epochs are so many steps. */
    private final class Steps implements AutoCloseable {
        private final TrainingLoop loop;
        private final TrainingState state;

        Steps(Objective objective, int steps, NDManager manager) {
            TrainingRecipe recipe = new TrainingRecipe(
                    Architecture.RESNET18,
                    width,
                    objective,
                    AttackRecipe.PGD_10,
                    null,
                    10_000,
                    batch,
                    new SgdRecipe(0.01, null, null, null),
                    null,
                    new AugmentationRecipe(4, true),
                    Normalization.CIFAR10,
                    null);
            NormalizedNetwork network = NormalizedNetwork.of(NetworkSpec.of(recipe, CLASSES));
            TrainingPlan plan = TrainingPlan.of(network, recipe, Seed.of(1));
            loop = new TrainingLoop(plan, images(steps * batch), manager);
            try (StateDict fresh = network.initialize(Seed.of(2), manager)) {
                state = TrainingState.start(plan, fresh, manager);
            }
        }

        /** Runs them; batches made ready are part of it. */
        Pace epoch() {
            return Pace.of(loop.imagesPerEpoch(), () -> loop.runEpoch(state, TrainingListener.NONE));
        }

        @Override
        public void close() {
            state.close();
        }
    }

    private static LabeledImages images(int count) {
        SplittableRandom random = new SplittableRandom(3);
        List<RgbImage> images = IntStream.range(0, count)
                .mapToObj(i -> {
                    byte[] pixels = new byte[3 * SIDE * SIDE];
                    random.nextBytes(pixels);
                    return new RgbImage(SIDE, SIDE, pixels);
                })
                .toList();
        return new LabeledImages(
                IntStream.range(0, count).mapToObj(Integer::toString).toList(),
                IntStream.range(0, count).map(i -> i % CLASSES).toArray(),
                images);
    }
}
