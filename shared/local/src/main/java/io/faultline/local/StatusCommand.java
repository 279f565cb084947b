package io.faultline.local;

import io.faultline.local.cluster.ClusterHome;
import io.faultline.local.cluster.ClusterState;
import io.faultline.local.terminal.ProgressText;
import io.faultline.local.terminal.TextTable;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = "Tells what runs, where, and since when; exit code 1 if nothing does.")
final class StatusCommand implements Callable<Integer> {
    @Mixin
    private HomeOption home;

    @Override
    public Integer call() {
        ClusterHome where = home.home();
        Optional<ClusterState> running = where.running();
        if (running.isEmpty()) {
            System.out.println("No cluster is running in " + where.directory() + ".");
            return Faultline.FAILED;
        }
        ClusterState state = running.get();
        System.out.println((state.ready() ? "Up" : "Starting, or a member is down,") + " for "
                + ProgressText.clock(Duration.between(state.startedAt(), Instant.now())) + ": "
                + state.gatewayAddress());
        TextTable table = new TextTable("member", "port", "process");
        state.ports()
                .forEach((member, port) -> table.row(
                        member,
                        Integer.toString(port),
                        Optional.ofNullable(state.processes().get(member))
                                .map(String::valueOf)
                                .orElse("")));
        System.out.println(table);
        System.out.println("Owner: process " + state.owner() + ". Logs: " + where.logs());
        return 0;
    }
}
