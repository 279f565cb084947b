package io.faultline.local;

import io.faultline.backing.BackingServiceException;
import io.faultline.dataset.download.DownloadException;
import io.faultline.local.client.GatewayException;
import io.faultline.local.cluster.ClusterException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The command {@code ./faultline}. */
@Command(
        name = "faultline",
        description = {
            "Faultline on one machine: unlearnable image data sets (CUDA) and robust critical fine-tuning (RiFT).",
            ""
        },
        mixinStandardHelpOptions = true,
        versionProvider = Faultline.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            DemoCommand.class,
            TableCommand.class,
            UpCommand.class,
            DownCommand.class,
            StatusCommand.class,
            SubmitCommand.class,
            WatchCommand.class,
            JobsCommand.class
        },
        footer = {
            "",
            "Exit codes: 0 done, 1 a job failed or something went wrong, 2 wrong usage.",
            "Data and logs lie in .faultline beside the script, or where --home or FAULTLINE_HOME says."
        })
final class Faultline {
    static final int FAILED = 1;

    private Faultline() {}

    public static void main(String[] arguments) {
        // bars and table rules are not ASCII, whatever the platform's own encoding
        System.setOut(new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8));
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Faultline())
                .setExecutionExceptionHandler((failure, command, parsed) -> explain(failure, command));
    }

    private static int explain(Exception failure, CommandLine command) throws Exception {
        if (failure instanceof ClusterException
                || failure instanceof BackingServiceException
                || failure instanceof GatewayException
                || failure instanceof DownloadException
                || failure instanceof IllegalArgumentException) {
            command.getErr().println("faultline: " + failure.getMessage());
            return FAILED;
        }
        throw failure;
    }

    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() throws IOException {
            Properties properties = new Properties();
            try (InputStream stream = Faultline.class.getResourceAsStream("/faultline-version.properties")) {
                properties.load(stream);
            }
            return new String[] {"faultline " + properties.getProperty("version")};
        }
    }
}
