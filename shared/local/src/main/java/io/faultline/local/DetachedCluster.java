package io.faultline.local;

import io.faultline.local.cluster.ClusterException;
import io.faultline.local.cluster.ClusterHome;
import io.faultline.local.cluster.ClusterPorts;
import io.faultline.local.cluster.ClusterState;
import io.faultline.local.cluster.Installation;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A cluster whose owner is a process of its own, which outlives this one and the terminal. */
final class DetachedCluster {
    private static final Duration START_PATIENCE = Duration.ofMinutes(5);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(90);
    private static final long LOOK_AGAIN_MILLIS = 200;

    private DetachedCluster() {}

    /**
     * Starts one and returns when it is ready.
     *
     * @param output hears what the owner tells meanwhile
     * @throws ClusterException with the owner's words if it does not start
     */
    static ClusterState start(Installation installation, ClusterHome home, ClusterPorts ports, PrintStream output) {
        home.running().ifPresent(state -> {
            throw new ClusterException("a cluster is already running in " + home.directory() + " (process "
                    + state.owner() + ", " + state.gatewayAddress() + "); use it, or stop it with ./faultline down");
        });
        Path log = home.log("supervisor");
        try {
            Files.createDirectories(log.getParent());
            long before = Files.exists(log) ? Files.size(log) : 0;
            Process owner = new ProcessBuilder(command(installation, home, ports))
                    .redirectInput(new File("/dev/null"))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            return awaitReady(owner, home, log, before, output);
        } catch (IOException e) {
            throw new UncheckedIOException("the cluster's owner cannot be started", e);
        }
    }

    /**
     * Stops the cluster of a home, whoever owns it, and returns when it has ended.
     *
     * @return whether there was one
     */
    static boolean stop(ClusterHome home) {
        Optional<ClusterState> state = home.running();
        if (state.isEmpty()) {
            return false;
        }
        ProcessHandle.of(state.get().owner()).ifPresent(owner -> {
            owner.destroy();
            try {
                owner.onExit().get(STOP_PATIENCE.toSeconds(), TimeUnit.SECONDS);
            } catch (TimeoutException e) {
                owner.destroyForcibly(); // its children end with it
                owner.onExit().join();
            } catch (ExecutionException e) {
                throw new ClusterException("process " + owner.pid() + " cannot be awaited: " + e.getCause(), e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new ClusterException("interrupted while the cluster stopped", e);
            }
        });
        return true;
    }

    private static List<String> command(Installation installation, ClusterHome home, ClusterPorts ports) {
        // neither a Ctrl-C nor the terminal's end is meant for it
        List<String> command = new ArrayList<>(List.of("sh", "-c", "trap '' INT HUP; exec \"$@\"", "faultline"));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx192m");
        command.add("-XX:+UseSerialGC");
        command.add("-XX:TieredStopAtLevel=1");
        command.add("-Dfaultline.root=" + installation.root());
        command.add("-Dfaultline.backing.lib=" + System.getProperty("faultline.backing.lib"));
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(Faultline.class.getName());
        command.add("up");
        command.add("--owned");
        command.add("--home=" + home.directory());
        command.addAll(PortOptions.arguments(ports));
        return command;
    }

    private static ClusterState awaitReady(
            Process owner, ClusterHome home, Path log, long position, PrintStream output) {
        long end = System.nanoTime() + START_PATIENCE.toNanos();
        long read = position;
        try {
            while (System.nanoTime() < end) {
                boolean over = owner.waitFor(LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
                read += copy(log, read, output);
                if (over) {
                    throw new ClusterException("the cluster did not start; its log is " + log);
                }
                Optional<ClusterState> state = home.running().filter(ClusterState::ready);
                if (state.isPresent() && state.get().owner() == owner.pid()) {
                    return state.get();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        owner.destroy();
        throw new ClusterException(
                "the cluster is not ready after " + START_PATIENCE.toMinutes() + " min; its log is " + log);
    }

    /** Passes on the log's whole new lines; returns how many bytes that were. */
    private static long copy(Path log, long from, PrintStream output) {
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            byte[] fresh = new byte[Math.toIntExact(file.length() - from)];
            file.seek(from);
            file.readFully(fresh);
            String text = new String(fresh, StandardCharsets.UTF_8);
            String whole = text.substring(0, text.lastIndexOf('\n') + 1);
            output.print(whole);
            return whole.getBytes(StandardCharsets.UTF_8).length;
        } catch (IOException e) {
            throw new UncheckedIOException(log + " cannot be read", e);
        }
    }
}
