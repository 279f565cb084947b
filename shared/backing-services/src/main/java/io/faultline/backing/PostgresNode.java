package io.faultline.backing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A PostgreSQL server of this machine, owned by a child process and bound to the loopback interface. It ends with this
 * process, in whatever way this process ends. Its password is drawn on the first start and kept beside the tables, readable
 * by their owner only. Not safe for use by several threads.
 */
public final class PostgresNode implements AutoCloseable {
    /** Name of the application's role and of its database. */
    public static final String NAME = "faultline";

    static final String PASSWORD_VARIABLE = "FAULTLINE_POSTGRES_PASSWORD";

    /** Whether a committed transaction survives a crash of the machine, or only one of the process. */
    public enum Durability {
        /** Writes are forced to disk: for data that is kept. */
        DISK("on"),
        /** Writes are left to the operating system: for tests. */
        MEMORY("off");

        private final String fsync;

        Durability(String fsync) {
            this.fsync = fsync;
        }
    }

    private static final Duration START_PATIENCE = Duration.ofSeconds(120);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(30);
    private static final List<String> JVM_OPTIONS = List.of(
            "-Xmx96m",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=info",
            "-Dorg.slf4j.simpleLogger.showDateTime=true",
            "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd HH:mm:ss.SSS");

    private final Path data;
    private final Path log;
    private final int port;
    private final Durability durability;
    private final String password;
    private ChildJvm child;

    private PostgresNode(Path data, Path log, int port, Durability durability, String password) {
        this.data = data;
        this.log = log;
        this.port = port;
        this.durability = durability;
        this.password = password;
    }

    /**
     * Starts a server, with its log beside its data, whose committed data survives a crash of the machine.
     *
     * @param data its directory, made if absent; what an earlier server left there is still there
     * @param port where it listens; 0 for any free one
     * @throws BackingServiceException if the port is taken, or with the server's last log lines if it does not start
     */
    public static PostgresNode start(Path data, int port) {
        return start(data, port, data.resolve("postgres.log"), Durability.DISK);
    }

    /** @param log where the server's log is appended */
    public static PostgresNode start(Path data, int port, Path log, Durability durability) {
        Path absolute = data.toAbsolutePath();
        endOrphan(absolute);
        int claimed = LoopbackPorts.claim(port, "PostgreSQL", "choose another port for it");
        PostgresNode node = new PostgresNode(absolute, log.toAbsolutePath(), claimed, durability, passwordIn(absolute));
        node.launch();
        return node;
    }

    public String jdbcUrl() {
        return "jdbc:postgresql://" + LoopbackPorts.HOST + ":" + port + "/" + NAME;
    }

    public String username() {
        return NAME;
    }

    public String password() {
        return password;
    }

    public int port() {
        return port;
    }

    public long pid() {
        return child.pid();
    }

    public boolean alive() {
        return child.alive();
    }

    /** Completes when the owning process has ended, whatever the reason. */
    public CompletableFuture<?> ended() {
        return child.ended();
    }

    /** Stops it in order; its data stays, and {@link #restart} goes on with it. */
    public void stop() {
        child.stop(STOP_PATIENCE);
        endOrphan(data);
    }

    /** Ends the server and its owner as a power cut would. */
    public void kill() {
        child.kill();
        endOrphan(data);
    }

    /** Starts it again on the same port and data, after it was stopped or killed or died; stops it first if need be. */
    public void restart() {
        stop();
        LoopbackPorts.claim(port, "PostgreSQL", "choose another port for it");
        launch();
    }

    @Override
    public void close() {
        stop();
    }

    private void launch() {
        Path programs = Path.of(System.getProperty("faultline.backing.lib", "")).resolveSibling("postgres");
        child = ChildJvm.start(
                "PostgreSQL",
                PostgresServer.class,
                JVM_OPTIONS,
                List.of(tables(data).toString(), Integer.toString(port), programs.toString(), durability.fsync),
                Map.of(PASSWORD_VARIABLE, password),
                log,
                START_PATIENCE);
    }

    private static Path tables(Path data) {
        return data.resolve("tables");
    }

    /** Ends a server whose owning process was killed and could not end it; the tables bear that. */
    private static void endOrphan(Path data) {
        orphan(data).ifPresent(server -> {
            server.destroyForcibly();
            try {
                server.onExit().get(10, TimeUnit.SECONDS);
                Files.deleteIfExists(tables(data).resolve("postmaster.pid"));
            } catch (ExecutionException | TimeoutException | IOException e) {
                throw new BackingServiceException(
                        "a PostgreSQL server of an earlier run (process " + server.pid() + ") still uses " + data
                                + " and does not end; end it by hand",
                        e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new BackingServiceException("interrupted while an earlier PostgreSQL ended", e);
            }
        });
    }

    private static Optional<ProcessHandle> orphan(Path data) {
        Path file = tables(data).resolve("postmaster.pid");
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            List<String> lines = Files.readAllLines(file);
            // the process's number may meanwhile belong to another program
            return lines.isEmpty()
                    ? Optional.empty()
                    : ProcessHandle.of(Long.parseLong(lines.get(0).trim())).filter(process -> process.info()
                            .command()
                            .map(command -> command.endsWith("postgres"))
                            .orElse(false));
        } catch (IOException | NumberFormatException e) {
            throw new BackingServiceException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static String passwordIn(Path data) {
        Path file = data.resolve("password");
        try {
            Files.createDirectories(data);
            if (!Files.exists(file)) {
                byte[] drawn = new byte[24];
                new SecureRandom().nextBytes(drawn);
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
                Files.writeString(file, HexFormat.of().formatHex(drawn));
            }
            return Files.readString(file).trim();
        } catch (IOException e) {
            throw new UncheckedIOException("PostgreSQL's password cannot be kept in " + file, e);
        }
    }
}
