package io.faultline.local;

import io.faultline.local.client.GatewayClient;
import io.faultline.local.cluster.ClusterException;
import io.faultline.local.cluster.ClusterHome;
import io.faultline.local.cluster.ClusterState;
import io.faultline.local.cluster.Installation;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which cluster a command speaks of. */
final class HomeOption {
    @Option(
            names = "--home",
            paramLabel = "DIR",
            defaultValue = "${env:FAULTLINE_HOME}",
            description = "Directory of the cluster's data and logs (default: FAULTLINE_HOME, or .faultline beside the"
                    + " script).")
    private Path directory;

    ClusterHome home() {
        return new ClusterHome(
                directory == null || directory.toString().isEmpty()
                        ? Installation.current().root().resolve(".faultline")
                        : directory);
    }

    /** @throws ClusterException if no cluster runs here */
    GatewayClient client(Optional<URI> elsewhere) {
        return new GatewayClient(elsewhere.orElseGet(() -> running().gatewayAddress()));
    }

    private ClusterState running() {
        ClusterState state = home().running()
                .orElseThrow(() -> new ClusterException("no cluster is running in " + home().directory()
                        + "; start one with ./faultline up --detach, or name a gateway with --url"));
        if (!state.ready()) {
            throw new ClusterException(
                    "the cluster in " + home().directory() + " is not ready yet; look with ./faultline status");
        }
        return state;
    }
}
