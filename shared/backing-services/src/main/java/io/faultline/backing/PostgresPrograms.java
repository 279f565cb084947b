package io.faultline.backing;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/**
 * PostgreSQL's programs: unpacked once, out of the archive on the class path, and run under an identity that they accept.
 * They refuse to run as root; as root they are run inside a user namespace of their own, where they are nobody and yet own
 * root's files, or, where that is forbidden (as in many containers), as the user nobody.
 */
final class PostgresPrograms {
    private static final String NOBODY = "65534";
    private static final int EXECUTABLE = 0100;

    private final Path home;
    private final List<String> identity;
    private final boolean nobody;

    private PostgresPrograms(Path home, List<String> identity, boolean nobody) {
        this.home = home;
        this.identity = identity;
        this.nobody = nobody;
    }

    /**
     * @param home where the programs shall lie; unpacked there unless they are there already. Several processes may ask at
     *     the same moment, and one that is killed meanwhile leaves nothing half-done in use
     */
    static PostgresPrograms in(Path home) throws IOException, InterruptedException {
        Files.createDirectories(home.getParent());
        Path lock = home.resolveSibling(home.getFileName() + ".lock");
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock held = channel.lock()) {
            if (held.isValid() && !Files.exists(home)) {
                Path half = home.resolveSibling(home.getFileName() + ".half");
                FileTree.delete(half);
                unpack(half);
                Files.move(half, home, StandardCopyOption.ATOMIC_MOVE);
            }
        }
        if (!isRoot(home)) {
            return new PostgresPrograms(home, List.of(), false);
        }
        if (works(List.of("unshare", "-U", "true"))) {
            return new PostgresPrograms(home, List.of("unshare", "-U"), false);
        }
        // the right to pass by the permissions of files, which root has, is kept: the data may lie where nobody may not
        // go
        List<String> asNobody = List.of(
                "setpriv",
                "--reuid=" + NOBODY,
                "--regid=" + NOBODY,
                "--clear-groups",
                "--inh-caps=+dac_override",
                "--ambient-caps=+dac_override");
        if (works(concat(asNobody, List.of("true")))) {
            return new PostgresPrograms(home, asNobody, true);
        }
        throw new IOException("PostgreSQL refuses to run as root, and neither 'unshare -U' nor 'setpriv --reuid' works"
                + " here; run as an ordinary user, or install util-linux");
    }

    /** Runs one of the programs to its end. */
    void run(String program, List<String> arguments) throws IOException, InterruptedException {
        int code = builder(identity, program, arguments).start().waitFor();
        if (code != 0) {
            throw new IOException(program + " failed with exit code " + code);
        }
    }

    /**
     * Starts the server. Where the system can do that, a Ctrl-C at the terminal does not reach it, since its owner stops it in
     * order, and it ends with the calling thread even if this process is killed.
     */
    Process serve(List<String> arguments) throws IOException, InterruptedException {
        List<String> prefix = new ArrayList<>();
        if (works(List.of("setsid", "true"))) {
            prefix.add("setsid");
        }
        prefix.addAll(identity);
        List<String> endsWithParent = List.of("setpriv", "--pdeathsig", "INT");
        if (works(concat(endsWithParent, List.of("true")))) {
            prefix.addAll(endsWithParent);
        }
        return builder(prefix, "postgres", arguments).start();
    }

    /** Makes a directory or file the property of whoever the programs run as. */
    void handOver(Path path) throws IOException {
        if (nobody) {
            Files.setAttribute(path, "unix:uid", Integer.valueOf(NOBODY));
            Files.setAttribute(path, "unix:gid", Integer.valueOf(NOBODY));
        }
    }

    private ProcessBuilder builder(List<String> prefix, String program, List<String> arguments) {
        List<String> command = new ArrayList<>(prefix);
        command.add(home.resolve("bin").resolve(program).toString());
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        // this process's standard output speaks to its parent alone; what goes wrong is said on the other
        builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.directory(home.toFile());
        builder.environment().remove(PostgresNode.PASSWORD_VARIABLE);
        return builder;
    }

    private static void unpack(Path directory) throws IOException {
        Files.createDirectories(directory);
        String archive = archive();
        try (InputStream resource = PostgresPrograms.class.getResourceAsStream(archive)) {
            if (resource == null) {
                throw new IOException("no PostgreSQL for this platform: " + archive + " is not on the class path");
            }
            try (TarArchiveInputStream tar =
                    new TarArchiveInputStream(new XZCompressorInputStream(new BufferedInputStream(resource)))) {
                for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                    unpack(tar, entry, directory.resolve(entry.getName()).normalize());
                }
            }
        }
    }

    private static void unpack(TarArchiveInputStream tar, TarArchiveEntry entry, Path target) throws IOException {
        if (entry.isDirectory()) {
            Files.createDirectories(target);
            return;
        }
        Files.createDirectories(target.getParent());
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
            return;
        }
        Files.copy(tar, target);
        if ((entry.getMode() & EXECUTABLE) != 0 && !target.toFile().setExecutable(true, false)) {
            throw new IOException(target + " cannot be made executable");
        }
    }

    private static String archive() {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("mac") ? "darwin" : "linux";
        String machine =
                switch (System.getProperty("os.arch")) {
                    case "amd64", "x86_64" -> "x86_64";
                    case "aarch64", "arm64" -> "arm_64";
                    default -> System.getProperty("os.arch");
                };
        return "/postgres-" + system + "-" + machine + ".txz";
    }

    private static boolean isRoot(Path ownFile) throws IOException {
        return Integer.valueOf(0).equals(Files.getAttribute(ownFile, "unix:uid"))
                && "root".equals(System.getProperty("user.name"));
    }

    private static boolean works(List<String> command) throws InterruptedException {
        try {
            return new ProcessBuilder(command)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false; // the program is not installed
        }
    }

    private static List<String> concat(List<String> first, List<String> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }
}
