package io.faultline.benchmark;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A Python script that answers each line with one, so that both sides of a comparison can be measured in turn. */
final class PeerProcess implements AutoCloseable {
    private static final long SECONDS_TO_END = 10;

    private final Process process;
    private final Path script;
    private final PrintWriter orders;
    private final BufferedReader answers;
    private final String versions;

    private PeerProcess(Process process, Path script) throws IOException {
        this.process = process;
        this.script = script;
        this.orders = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
        this.answers = process.inputReader(StandardCharsets.UTF_8);
        this.versions = answer();
    }

    /**
     * Starts a script, or says on standard output why the run goes on without.
     *
     * @param python the interpreter's command
     * @param name of the script, a resource beside this class's root
     */
    static Optional<PeerProcess> start(String python, String name) throws IOException {
        Path script = Files.createTempFile("peer", ".py");
        try (InputStream in = PeerProcess.class.getResourceAsStream("/" + name)) {
            Files.write(script, in.readAllBytes());
        }
        Process process;
        try {
            process = new ProcessBuilder(python, script.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (IOException e) {
            Files.delete(script);
            System.out.println("Without the peer: " + e.getMessage() + ". Name a Python with PyTorch by --python=...");
            return Optional.empty();
        }
        PeerProcess peer = new PeerProcess(process, script);
        if (peer.versions.startsWith("missing ")) {
            System.out.println("Without the peer, " + peer.versions + ": pip install torch numpy, or --python=...");
            peer.close();
            return Optional.empty();
        }
        return Optional.of(peer);
    }

    /** What it said of itself at its start. */
    String versions() {
        return versions;
    }

    /** @throws UncheckedIOException if it has ended */
    String order(String line) {
        orders.println(line);
        try {
            return answer();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param line an order that is answered "IMAGES SECONDS CPU_SECONDS" */
    Pace measure(String line) {
        return Pace.parse(order(line));
    }

    private String answer() throws IOException {
        String line = answers.readLine();
        if (line == null) {
            throw new IOException("the peer's script ended before it answered; its error is above");
        }
        return line;
    }

    @Override
    public void close() throws IOException {
        orders.println("quit");
        orders.close();
        try {
            if (!process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        Files.deleteIfExists(script);
    }
}
