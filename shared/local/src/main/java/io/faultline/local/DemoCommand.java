package io.faultline.local;

import io.faultline.job.JobSnapshot;
import io.faultline.job.JobState;
import io.faultline.local.client.DatasetArchive;
import io.faultline.local.client.GatewayClient;
import io.faultline.local.cluster.ClusterHome;
import io.faultline.local.cluster.ClusterState;
import io.faultline.local.cluster.Installation;
import io.faultline.local.terminal.Screen;
import io.faultline.recipe.DatasetRecipe;
import io.faultline.recipe.Seed;
import io.faultline.recipe.SyntheticDatasetRecipe;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = {
            "Runs the whole road on the built-in images, or on --dataset: (a) training on clean images, (b) on images"
                    + " protected by CUDA, (c) adversarial training and RiFT; ends with a table.",
            "Uses the cluster that runs already, or starts one and stops it afterwards."
        })
final class DemoCommand implements Callable<Integer> {
    // enough for the small network to learn the shapes within its epochs
    private static final int TRAIN_PER_CLASS = 500;
    private static final int TEST_PER_CLASS = 200;

    @Mixin
    private HomeOption home;

    @Mixin
    private PortOptions ports;

    @Mixin
    private DatasetOptions dataset;

    @Option(names = "--keep", description = "Leave the cluster running afterwards.")
    private boolean keep;

    @Override
    public Integer call() {
        ClusterHome where = home.home();
        Optional<DatasetArchive> archive = dataset.archive(where.downloads(), null, System.out);
        if (keep && where.running().isEmpty()) {
            System.out.println("Starting Faultline in " + where.directory());
            ClusterState state = DetachedCluster.start(Installation.current(), where, ports.freePorts(), System.out);
            int code = show(new GatewayClient(state.gatewayAddress()), archive, DemoCommand::atExit);
            System.out.println("Faultline stays up at " + state.gatewayAddress() + "; stop it with ./faultline down.");
            return code;
        }
        try (ClusterLease lease = ClusterLease.take(where, ports::freePorts, System.out)) {
            return show(lease.client(), archive, lease::beforeEnd);
        }
    }

    private static void atExit(Runnable action) {
        Runtime.getRuntime().addShutdownHook(new Thread(action, "cancel-jobs"));
    }

    /** @param onEnd takes what is to be done when this process ends, in whatever way, while the gateway still serves */
    private int show(GatewayClient client, Optional<DatasetArchive> archive, Consumer<Runnable> onEnd) {
        DatasetRecipe images =
                archive.map(found -> dataset.upload(found, client, System.out)).orElseGet(this::builtIn);
        long began = System.nanoTime();
        UnfinishedJobs unfinished = new UnfinishedJobs(client);
        onEnd.accept(unfinished::cancel);
        Map<DemoRecipe, JobSnapshot> ended = run(client, images, unfinished);
        Duration wall = Duration.ofNanos(System.nanoTime() - began);
        System.out.println();
        if (ended.values().stream().anyMatch(job -> job.state() != JobState.COMPLETED)) {
            System.out.println(
                    "Not every job completed; the logs are in " + home.home().logs() + ".");
            return Faultline.FAILED;
        }
        System.out.println(new DemoReport(
                ended.get(DemoRecipe.CLEAN), ended.get(DemoRecipe.POISONED), ended.get(DemoRecipe.ROBUST), wall));
        return 0;
    }

    private DatasetRecipe builtIn() {
        return new SyntheticDatasetRecipe(
                dataset.trainPerClass().orElse(TRAIN_PER_CLASS),
                dataset.testPerClass().orElse(TEST_PER_CLASS),
                Seed.of(0));
    }

    private static Map<DemoRecipe, JobSnapshot> run(
            GatewayClient client, DatasetRecipe images, UnfinishedJobs unfinished) {
        DemoRecipe[] recipes = DemoRecipe.values();
        ExecutorService watchers = Executors.newFixedThreadPool(recipes.length, task -> {
            Thread thread = new Thread(task, "watch-job");
            thread.setDaemon(true);
            return thread;
        });
        Map<DemoRecipe, CompletableFuture<JobSnapshot>> jobs = new EnumMap<>(DemoRecipe.class);
        try (Screen screen = Screen.of(System.out)) {
            for (DemoRecipe recipe : recipes) {
                JobSnapshot job =
                        client.submit(recipe.on(images), UUID.randomUUID().toString());
                unfinished.add(job.id());
                screen.note(String.format("%-14s is job %s", recipe.label(), job.id()));
                jobs.put(
                        recipe,
                        CompletableFuture.supplyAsync(
                                () -> JobWatch.follow(client, job.id(), String.format("%-14s", recipe.label()), screen),
                                watchers));
            }
            Map<DemoRecipe, JobSnapshot> ended = new EnumMap<>(DemoRecipe.class);
            jobs.forEach((recipe, job) -> {
                ended.put(recipe, job.join());
                unfinished.remove(ended.get(recipe).id());
            });
            return ended;
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : e;
        } finally {
            watchers.shutdownNow();
        }
    }
}
