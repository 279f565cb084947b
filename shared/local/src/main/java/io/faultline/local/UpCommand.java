package io.faultline.local;

import io.faultline.local.cluster.Cluster;
import io.faultline.local.cluster.ClusterHome;
import io.faultline.local.cluster.ClusterState;
import io.faultline.local.cluster.Installation;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "up",
        mixinStandardHelpOptions = true,
        description = "Starts broker, database and the four services, and keeps them up until Ctrl-C or 'down'.")
final class UpCommand implements Callable<Integer> {
    @Mixin
    private HomeOption home;

    @Mixin
    private PortOptions ports;

    @Option(names = "--detach", description = "Return once the cluster is ready, and leave it running.")
    private boolean detach;

    @Option(names = "--owned", hidden = true, description = "Started by --detach, which does the talking.")
    private boolean owned;

    @Override
    public Integer call() {
        ClusterHome where = home.home();
        if (detach) {
            ClusterState state = DetachedCluster.start(Installation.current(), where, ports.ports(), System.out);
            announce(state, where);
            System.out.println("Stop it with ./faultline down.");
            return 0;
        }
        System.out.println("Starting Faultline in " + where.directory());
        try (Cluster cluster =
                Cluster.start(Installation.current(), where, ports.ports(), new ClusterReport(System.out))) {
            if (!owned) {
                announce(cluster.state(), where);
                System.out.println("Ctrl-C stops it.");
            }
            cluster.closed().join();
        }
        return 0;
    }

    private static void announce(ClusterState state, ClusterHome where) {
        System.out.println();
        System.out.println(
                "Faultline is up: " + state.gatewayAddress() + "  (API: /q/swagger-ui, logs: " + where.logs() + ")");
    }
}
