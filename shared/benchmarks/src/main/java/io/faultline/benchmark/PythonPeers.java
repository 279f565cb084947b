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

/** The process that runs {@code cuda_peers.py}: it waits for orders, so that both sides can be measured in turn. */
final class PythonPeers implements AutoCloseable {
    private static final String SCRIPT = "cuda_peers.py";
    private static final long SECONDS_TO_END = 10;

    private final Process process;
    private final Path script;
    private final PrintWriter orders;
    private final BufferedReader answers;
    private final String versions;

    private PythonPeers(Process process, Path script) throws IOException {
        this.process = process;
        this.script = script;
        this.orders = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
        this.answers = process.inputReader(StandardCharsets.UTF_8);
        this.versions = answer();
    }

    /**
     * Starts them, or says on standard output why the run goes on without.
     *
     * @param python the interpreter's command
     */
    static Optional<PythonPeers> start(String python) throws IOException {
        Path script = Files.createTempFile("cuda_peers", ".py");
        try (InputStream in = PythonPeers.class.getResourceAsStream("/" + SCRIPT)) {
            Files.write(script, in.readAllBytes());
        }
        Process process;
        try {
            process = new ProcessBuilder(python, script.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (IOException e) {
            Files.delete(script);
            System.out.println("Without the peers: " + e.getMessage() + ". Name a Python with PyTorch by --python=...");
            return Optional.empty();
        }
        PythonPeers peers = new PythonPeers(process, script);
        if (peers.versions.startsWith("missing ")) {
            System.out.println("Without the peers, " + peers.versions + ": pip install torch numpy, or --python=...");
            peers.close();
            return Optional.empty();
        }
        return Optional.of(peers);
    }

    String versions() {
        return versions;
    }

    /** Makes a workload's images and filters; returns which of the possible ways were fastest. */
    String setUp(Workload workload, int threads) {
        return order("setup %d %d %d %s %d %d"
                .formatted(
                        workload.height(),
                        workload.width(),
                        workload.kernelSize(),
                        workload.blur(),
                        workload.images(),
                        threads));
    }

    /** Images per second. */
    double imageByImage(double seconds) {
        return speed(order("loop " + seconds));
    }

    /** Images per second. */
    double vectorised(double seconds) {
        return speed(order("vectorised " + seconds));
    }

    /** Share of bytes in which the two ways agree; the first {@code count} images of the loop go to {@code file}. */
    double check(Path file, int count) {
        return Double.parseDouble(order("check " + file + " " + count));
    }

    private static double speed(String answer) {
        String[] words = answer.split(" ");
        return Double.parseDouble(words[0]) / Double.parseDouble(words[1]);
    }

    private String order(String line) {
        orders.println(line);
        try {
            return answer();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String answer() throws IOException {
        String line = answers.readLine();
        if (line == null) {
            throw new IOException(SCRIPT + " ended before it answered; its error is above");
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
