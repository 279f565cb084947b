package io.faultline.local.cluster;

import java.io.IOException;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * A running cluster: broker, database and the four services, owned by this process. A member that ends by itself is started
 * again; all end with this process, in whatever way it ends.
 */
public final class Cluster implements AutoCloseable {
    private static final long ORPHAN_PATIENCE_SECONDS = 30;

    private final ClusterHome home;
    private final FileLock lock;
    private final ClusterPorts ports;
    private final ClusterListener listener;
    private final RestartDelay restartDelay;
    private final Instant startedAt = Instant.now();
    private final Map<Member, Supervised> members = Collections.synchronizedMap(new EnumMap<>(Member.class));
    private final Map<Member, Integer> endsInARow = new EnumMap<>(Member.class);
    private final Map<Member, Long> servingSince = Collections.synchronizedMap(new EnumMap<>(Member.class));
    private final ScheduledExecutorService supervisor =
            Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "supervisor"));
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private volatile Runnable farewell = () -> {};
    private volatile boolean closing;

    private Cluster(
            ClusterHome home, FileLock lock, ClusterPorts ports, ClusterListener listener, RestartDelay restartDelay) {
        this.home = home;
        this.lock = lock;
        this.ports = ports;
        this.listener = listener;
        this.restartDelay = restartDelay;
    }

    /**
     * Starts a cluster and returns once every member serves. What an earlier owner of the home left behind is cleaned up.
     *
     * @throws ClusterException if one runs already in this home, or a member does not start; nothing is left running then
     * @throws io.faultline.backing.BackingServiceException if a port is taken, or broker or database do not start
     */
    public static Cluster start(
            Installation installation, ClusterHome home, ClusterPorts ports, ClusterListener listener) {
        return start(installation, home, ports, listener, RestartDelay.DEFAULT);
    }

    static Cluster start(
            Installation installation,
            ClusterHome home,
            ClusterPorts ports,
            ClusterListener listener,
            RestartDelay restartDelay) {
        Map<Member, Path> runners = new EnumMap<>(Member.class);
        for (Member member : Member.values()) {
            if (member.isService()) {
                runners.put(member, installation.runner(member));
            }
        }
        home.prepare();
        FileLock lock = home.tryOwn().orElseThrow(() -> new ClusterException(alreadyRuns(home)));
        Cluster cluster = null;
        try {
            endOrphans(home);
            cluster = new Cluster(home, lock, ports.claimed(), listener, restartDelay);
            Runtime.getRuntime().addShutdownHook(new Thread(cluster::close, "stop-cluster"));
            cluster.launch(runners);
            return cluster;
        } catch (RuntimeException e) {
            if (cluster == null) {
                ClusterHome.release(lock);
            } else {
                cluster.close();
            }
            throw e;
        }
    }

    private static String alreadyRuns(ClusterHome home) {
        String which = home.lastState()
                .map(state -> " (process " + state.owner() + ", " + state.gatewayAddress() + ")")
                .orElse("");
        return "a cluster is already running in " + home.directory() + which
                + "; use it, stop it with ./faultline down, or choose another --home";
    }

    public ClusterState state() {
        Map<String, Integer> portsByName = new TreeMap<>();
        ports.byMember().forEach((member, port) -> portsByName.put(member.label(), port));
        Map<String, Long> processes = new TreeMap<>();
        synchronized (members) {
            members.forEach((member, process) -> processes.put(member.label(), process.pid()));
        }
        boolean ready = servingSince.size() == Member.values().length;
        return new ClusterState(ProcessHandle.current().pid(), startedAt, ready, portsByName, processes);
    }

    /** What is done first when the cluster is stopped, by whatever, while its members still serve. */
    public void beforeStop(Runnable action) {
        farewell = action;
    }

    /** Completes when the cluster has been stopped. */
    public CompletableFuture<Void> closed() {
        return closed;
    }

    /** Stops the services, then database and broker. Safe to be called again, and by another thread. */
    @Override
    public void close() {
        synchronized (this) {
            if (closing) {
                closed.join();
                return;
            }
            closing = true;
        }
        try {
            farewell.run();
        } finally {
            stopMembers();
        }
    }

    private void stopMembers() {
        try {
            supervisor.shutdownNow();
            supervisor.awaitTermination(1, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        // all services at once: none waits for another's work, and each needs broker and database to say good-bye
        inParallel(running(true), this::stop);
        inParallel(running(false), this::stop);
        home.forgetState();
        ClusterHome.release(lock);
        closed.complete(null);
    }

    private List<Supervised> running(boolean services) {
        synchronized (members) {
            return members.values().stream()
                    .filter(process -> process.member().isService() == services)
                    .toList();
        }
    }

    private void launch(Map<Member, Path> runners) {
        BackingProcess.Kafka kafka = new BackingProcess.Kafka(home, ports.of(Member.KAFKA));
        BackingProcess.Postgres postgres = new BackingProcess.Postgres(home, ports.of(Member.POSTGRES));
        inParallel(List.of(kafka, postgres), this::start);
        List<Supervised> services = new ArrayList<>();
        runners.forEach((member, runner) -> services.add(new ServiceProcess(
                member,
                runner,
                ports.of(member),
                settings(member, postgres),
                secrets(member, postgres),
                home.log(member.label()))));
        inParallel(services, this::start);
    }

    private Map<String, String> settings(Member service, BackingProcess.Postgres postgres) {
        Map<String, String> settings = new TreeMap<>();
        settings.put("kafka.bootstrap.servers", "127.0.0.1:" + ports.of(Member.KAFKA));
        settings.put("faultline.store.directory", home.store().toString());
        if (service == Member.GATEWAY) {
            settings.put("quarkus.datasource.jdbc.url", postgres.node().jdbcUrl());
            settings.put("quarkus.datasource.username", postgres.node().username());
        }
        if (service == Member.POISON) {
            settings.put(
                    "faultline.poison.master-key-file", home.masterKeyFile().toString());
        }
        return settings;
    }

    private static Map<String, String> secrets(Member service, BackingProcess.Postgres postgres) {
        return service == Member.GATEWAY
                ? Map.of("QUARKUS_DATASOURCE_PASSWORD", postgres.node().password())
                : Map.of();
    }

    private void start(Supervised process) {
        Member member = process.member();
        home.turnOver(home.log(member.label()));
        listener.starting(member, ports.of(member));
        long began = System.nanoTime();
        process.start();
        members.put(member, process);
        serves(process);
        listener.ready(member, Duration.ofNanos(System.nanoTime() - began));
    }

    private void serves(Supervised process) {
        servingSince.put(process.member(), System.nanoTime());
        publishState();
        process.ended().thenRun(() -> afterEnd(process));
    }

    private synchronized void publishState() {
        home.tell(state());
    }

    private void afterEnd(Supervised process) {
        if (closing) {
            return;
        }
        try {
            supervisor.execute(() -> scheduleRevival(process));
        } catch (RejectedExecutionException e) {
            listener.stopping(process.member()); // it ended because the cluster is being stopped
        }
    }

    private void scheduleRevival(Supervised process) {
        Member member = process.member();
        Long since = servingSince.remove(member);
        boolean steady = since != null && System.nanoTime() - since > RestartDelay.STEADY.toNanos();
        Duration delay = restartDelay.after(steady ? reset(member) : endsInARow.merge(member, 1, Integer::sum));
        listener.died(member, delay);
        supervisor.schedule(() -> revive(process), delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    private int reset(Member member) {
        endsInARow.put(member, 1);
        return 1;
    }

    private void revive(Supervised process) {
        if (closing) {
            return;
        }
        Member member = process.member();
        long began = System.nanoTime();
        try {
            process.start();
            serves(process);
            listener.ready(member, Duration.ofNanos(System.nanoTime() - began));
        } catch (RuntimeException e) {
            if (closing) {
                return;
            }
            Duration delay = restartDelay.after(endsInARow.merge(member, 1, Integer::sum));
            listener.notRevived(member, e, delay);
            supervisor.schedule(() -> revive(process), delay.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void stop(Supervised process) {
        listener.stopping(process.member());
        process.stop();
    }

    private static void inParallel(Collection<? extends Supervised> processes, Consumer<Supervised> action) {
        if (processes.isEmpty()) {
            return;
        }
        ExecutorService threads = Executors.newFixedThreadPool(processes.size(), task -> daemon(task, "cluster"));
        try {
            CompletableFuture.allOf(processes.stream()
                            .map(process -> CompletableFuture.runAsync(() -> action.accept(process), threads))
                            .toArray(CompletableFuture[]::new))
                    .join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw e;
        } finally {
            threads.shutdown();
        }
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Sees to it that what an owner left behind that was killed is gone. Its processes end by themselves when it does; one
     * that hangs is ended here.
     */
    private static void endOrphans(ClusterHome home) {
        home.lastState().ifPresent(state -> state.processes()
                .values()
                .forEach(pid -> ProcessHandle.of(pid).filter(Cluster::isOurs).ifPresent(Cluster::end)));
        home.forgetState();
    }

    /** The process's number may meanwhile belong to another program. */
    private static boolean isOurs(ProcessHandle process) {
        Path commandLine = Path.of("/proc", Long.toString(process.pid()), "cmdline");
        try {
            return Files.exists(commandLine)
                    ? Files.readString(commandLine).contains("io.faultline.")
                    : process.info()
                            .commandLine()
                            .map(line -> line.contains("io.faultline."))
                            .orElse(false);
        } catch (IOException e) {
            return false; // it has just ended
        }
    }

    private static void end(ProcessHandle orphan) {
        try {
            orphan.onExit().get(ORPHAN_PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            orphan.destroyForcibly();
            orphan.onExit().join();
        }
    }
}
