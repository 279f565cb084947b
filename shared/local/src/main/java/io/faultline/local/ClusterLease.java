package io.faultline.local;

import io.faultline.local.client.GatewayClient;
import io.faultline.local.cluster.Cluster;
import io.faultline.local.cluster.ClusterHome;
import io.faultline.local.cluster.ClusterPorts;
import io.faultline.local.cluster.ClusterState;
import io.faultline.local.cluster.Installation;
import java.io.PrintStream;
import java.util.Optional;
import java.util.function.Supplier;

/** The cluster that runs already, or one that is started and stops with this. */
final class ClusterLease implements AutoCloseable {
    private final GatewayClient client;
    /** Null for one that is not ours. */
    private final Cluster own;

    private ClusterLease(GatewayClient client, Cluster own) {
        this.client = client;
        this.own = own;
    }

    /** @param ports for a cluster that has to be started */
    static ClusterLease take(ClusterHome home, Supplier<ClusterPorts> ports, PrintStream output) {
        Optional<ClusterState> running = home.running();
        if (running.isPresent()) {
            output.println("Using the cluster at " + running.get().gatewayAddress());
            return new ClusterLease(new GatewayClient(running.get().gatewayAddress()), null);
        }
        output.println("Starting Faultline in " + home.directory());
        Cluster started = Cluster.start(Installation.current(), home, ports.get(), new ClusterReport(output));
        return new ClusterLease(new GatewayClient(started.state().gatewayAddress()), started);
    }

    GatewayClient client() {
        return client;
    }

    /** Takes what is to be done when this process ends, in whatever way, while the gateway still serves. */
    void beforeEnd(Runnable action) {
        if (own == null) {
            Runtime.getRuntime().addShutdownHook(new Thread(action, "before-end"));
        } else {
            own.beforeStop(action);
        }
    }

    @Override
    public void close() {
        if (own != null) {
            own.close();
            System.out.println();
        }
    }
}
