package io.faultline.backing;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Main class of the child process that owns a PostgreSQL server; see {@link PostgresNode}. Its arguments are the directory of
 * the tables, the port, the directory of the unpacked programs, and whether writes are forced to disk; the password comes in
 * the environment. It ends with exit code 1 when the server does.
 */
final class PostgresServer {
    private static final String SUPERUSER = "postgres";
    private static final int START_SECONDS = 60;
    private static final int STOP_SECONDS = 20;
    private static final long LOOK_AGAIN_MILLIS = 50;

    private final PostgresPrograms programs;
    private final Path tables;
    private final int port;
    private final String password;

    private PostgresServer(PostgresPrograms programs, Path tables, int port, String password) {
        this.programs = programs;
        this.tables = tables;
        this.port = port;
        this.password = password;
    }

    public static void main(String[] arguments) throws IOException, SQLException, InterruptedException {
        PrintStream parent = System.out;
        System.setOut(System.err);
        AtomicReference<Runnable> stop = new AtomicReference<>(() -> {});
        ChildJvm.whenParentIsGone(() -> {
            stop.get().run();
            Runtime.getRuntime().halt(0);
        });
        PostgresServer server = new PostgresServer(
                PostgresPrograms.in(Path.of(arguments[2])),
                Path.of(arguments[0]),
                Integer.parseInt(arguments[1]),
                System.getenv(PostgresNode.PASSWORD_VARIABLE));
        Process process = server.start(arguments[3]);
        stop.set(() -> server.stop(process));
        server.prepareDatabase();
        process.onExit().thenRun(() -> {
            System.err.println("PostgreSQL has ended");
            Runtime.getRuntime().halt(1);
        });
        ChildJvm.serve(parent);
    }

    private Process start(String fsync) throws IOException, SQLException, InterruptedException {
        if (!Files.exists(tables)) {
            createTables();
        }
        Process process = programs.serve(List.of(
                "-D",
                tables.toString(),
                "-p",
                Integer.toString(port),
                "-c",
                "listen_addresses=" + LoopbackPorts.HOST,
                "-c",
                "unix_socket_directories=",
                "-c",
                "fsync=" + fsync,
                "-c",
                "shared_buffers=32MB"));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(process)));
        awaitAnswer(process);
        return process;
    }

    /** In another directory first: a process that is killed meanwhile leaves no half-made tables behind. */
    private void createTables() throws IOException, InterruptedException {
        Path half = tables.resolveSibling(tables.getFileName() + ".half");
        FileTree.delete(half);
        Files.createDirectories(half);
        programs.handOver(half);
        Path passwordFile = Files.createTempFile(tables.getParent(), "initdb", "");
        try {
            Files.writeString(passwordFile, password + "\n");
            programs.handOver(passwordFile);
            programs.run(
                    "initdb",
                    List.of(
                            "-D",
                            half.toString(),
                            "-U",
                            SUPERUSER,
                            "--auth=scram-sha-256",
                            "--pwfile=" + passwordFile,
                            "--encoding=UTF8",
                            "--locale=C"));
        } finally {
            Files.delete(passwordFile);
        }
        Files.move(half, tables, StandardCopyOption.ATOMIC_MOVE);
    }

    private void awaitAnswer(Process process) throws SQLException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (true) {
            try (Connection connection = connect()) {
                if (connection.isValid(START_SECONDS)) {
                    return;
                }
            } catch (SQLException e) {
                // not yet, or never: below
                if (!process.isAlive() || System.nanoTime() > end) {
                    throw e;
                }
            }
            if (process.waitFor(LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS)) {
                throw new SQLException("PostgreSQL ended with exit code " + process.exitValue());
            }
        }
    }

    /** On the first start: makes the application's role and database. */
    private void prepareDatabase() throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            String name = PostgresNode.NAME;
            if (!exists(statement, "SELECT 1 FROM pg_roles WHERE rolname = '" + name + "'")) {
                statement.execute("CREATE ROLE " + name + " LOGIN PASSWORD '" + password + "'");
            }
            if (!exists(statement, "SELECT 1 FROM pg_database WHERE datname = '" + name + "'")) {
                statement.execute("CREATE DATABASE " + name + " OWNER " + name);
            }
        }
    }

    private static boolean exists(Statement statement, String query) throws SQLException {
        try (ResultSet rows = statement.executeQuery(query)) {
            return rows.next();
        }
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://" + LoopbackPorts.HOST + ":" + port + "/" + SUPERUSER, SUPERUSER, password);
    }

    private void stop(Process process) {
        try {
            programs.run(
                    "pg_ctl",
                    List.of("stop", "-D", tables.toString(), "-m", "fast", "-w", "-t", Integer.toString(STOP_SECONDS)));
        } catch (IOException e) {
            System.err.println("PostgreSQL does not stop in order, so it is killed: " + e.getMessage());
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
