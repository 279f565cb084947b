package io.faultline.backing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * A child process running one of this package's main classes. It says {@value #READY} on its standard output once it serves,
 * and stops when its standard input ends: on {@link #stop}, and also when this process dies in whatever way.
 */
final class ChildJvm {
    static final String READY = "READY";

    private static final String LIBRARY_PROPERTY = "faultline.backing.lib";
    private static final int LOG_LINES_IN_A_MESSAGE = 25;

    private final String name;
    private final Process process;
    private final Path log;

    private ChildJvm(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
    }

    /**
     * @param arguments of the main class; nothing secret, since other users can read them
     * @param environment added to this process's own
     * @param log where the child's own output is appended
     * @throws BackingServiceException if it ends or stays silent for {@code patience}; nothing is left running then
     */
    static ChildJvm start(
            String name,
            Class<?> main,
            List<String> jvmOptions,
            List<String> arguments,
            Map<String, String> environment,
            Path log,
            Duration patience) {
        // a Ctrl-C reaches all processes of the terminal; this one's parent alone answers it, and stops this one in
        // order
        List<String> command = new ArrayList<>(List.of("sh", "-c", "trap '' INT; exec \"$@\"", name));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmOptions);
        command.add("-cp");
        command.add(classPath(main));
        command.add(main.getName());
        command.addAll(arguments);
        ChildJvm child;
        try {
            Files.createDirectories(log.toAbsolutePath().getParent());
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
            builder.environment().putAll(environment);
            child = new ChildJvm(name, builder.start(), log);
        } catch (IOException e) {
            throw new BackingServiceException(name + " cannot be started: " + e.getMessage(), e);
        }
        try {
            child.awaitReady(patience);
        } catch (RuntimeException e) {
            child.kill();
            throw e;
        }
        return child;
    }

    boolean alive() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    CompletableFuture<?> ended() {
        return process.onExit();
    }

    /** Lets it end in order; after {@code patience} it is killed. */
    void stop(Duration patience) {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            process.destroy(); // the pipe is broken, so the child is about to end or no longer listens
        }
        awaitEnd(patience);
    }

    void kill() {
        process.destroyForcibly();
        awaitEnd(Duration.ofSeconds(10));
    }

    private void awaitEnd(Duration patience) {
        try {
            if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private void awaitReady(Duration patience) {
        CompletableFuture<Boolean> ready = CompletableFuture.supplyAsync(this::readUntilReady);
        try {
            if (!ready.get(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                process.waitFor(10, TimeUnit.SECONDS);
                throw new BackingServiceException(
                        name + " ended while it started (exit code " + exitCode() + "). " + lastLogLines());
            }
        } catch (TimeoutException e) {
            throw new BackingServiceException(
                    name + " did not serve within " + patience.toSeconds() + " s. " + lastLogLines(), e);
        } catch (ExecutionException e) {
            throw new BackingServiceException(name + " cannot be watched: " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BackingServiceException("interrupted while " + name + " started", e);
        }
    }

    private boolean readUntilReady() {
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        try {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                if (line.equals(READY)) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String exitCode() {
        return process.isAlive() ? "none yet" : Integer.toString(process.exitValue());
    }

    private String lastLogLines() {
        try (Stream<String> lines = Files.lines(log, StandardCharsets.UTF_8)) {
            List<String> all = lines.toList();
            return "Last lines of " + log + ":\n"
                    + String.join("\n", all.subList(Math.max(0, all.size() - LOG_LINES_IN_A_MESSAGE), all.size()));
        } catch (IOException | UncheckedIOException e) {
            return "Its log " + log + " cannot be read: " + e.getMessage();
        }
    }

    private static String classPath(Class<?> main) {
        String library = System.getProperty(LIBRARY_PROPERTY);
        if (library == null || !Files.isDirectory(Path.of(library))) {
            throw new BackingServiceException("system property " + LIBRARY_PROPERTY + " is "
                    + (library == null ? "not set" : "'" + library + "', which is no directory")
                    + "; it must name shared/backing-services/target/lib, which "
                    + "'./mvnw -pl shared/backing-services -am generate-resources' fills");
        }
        return codeOf(main) + System.getProperty("path.separator") + Path.of(library, "*");
    }

    private static Path codeOf(Class<?> type) {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        if (source == null || source.getLocation() == null) {
            throw new BackingServiceException("the class loader does not tell where " + type.getName() + " lies");
        }
        try {
            return Path.of(source.getLocation().toURI());
        } catch (URISyntaxException | IllegalArgumentException e) {
            throw new BackingServiceException(
                    type.getName() + " lies at " + source.getLocation() + "; expected a jar or directory", e);
        }
    }

    /** Runs an action, in the child, once the parent closes this process's standard input or dies. */
    static void whenParentIsGone(Runnable action) {
        Thread watch = new Thread(
                () -> {
                    awaitEndOfInput();
                    action.run();
                },
                "parent-watch");
        watch.setDaemon(true);
        watch.start();
    }

    private static void awaitEndOfInput() {
        try {
            while (System.in.read() >= 0) {
                // whatever the parent writes has no meaning
            }
        } catch (IOException e) {
            System.err.println("standard input is broken, the parent is gone: " + e.getMessage());
        }
    }

    /** Tells the parent that the child serves, and keeps the calling thread for as long as the child lives. */
    static void serve(PrintStream parent) throws InterruptedException {
        parent.println(READY);
        parent.flush();
        new CountDownLatch(1).await();
    }
}
