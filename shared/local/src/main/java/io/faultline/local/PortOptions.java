package io.faultline.local;

import io.faultline.backing.BackingServiceException;
import io.faultline.backing.LoopbackPorts;
import io.faultline.local.cluster.ClusterPorts;
import io.faultline.local.cluster.Member;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import picocli.CommandLine.Option;

/** Where the cluster's members listen, all on 127.0.0.1. */
final class PortOptions {
    @Option(names = "--port", paramLabel = "N", description = "Port of the gateway (default: 8080; 0: any free one).")
    private Integer gateway;

    @Option(names = "--kafka-port", paramLabel = "N", defaultValue = "0", description = "Default: any free one.")
    private int kafka;

    @Option(names = "--postgres-port", paramLabel = "N", defaultValue = "0", description = "Default: any free one.")
    private int postgres;

    @Option(names = "--poison-port", paramLabel = "N", defaultValue = "0", description = "Default: any free one.")
    private int poison;

    @Option(names = "--trainer-port", paramLabel = "N", defaultValue = "0", description = "Default: any free one.")
    private int trainer;

    @Option(names = "--rift-port", paramLabel = "N", defaultValue = "0", description = "Default: any free one.")
    private int rift;

    /** Empty if it was left open. */
    OptionalInt gateway() {
        return gateway == null ? OptionalInt.empty() : OptionalInt.of(gateway);
    }

    ClusterPorts ports() {
        return ports(gateway().orElse(ClusterPorts.GATEWAY_PORT));
    }

    ClusterPorts ports(int gatewayPort) {
        Map<Member, Integer> ports = new EnumMap<>(Member.class);
        ports.put(Member.GATEWAY, gatewayPort);
        ports.put(Member.KAFKA, kafka);
        ports.put(Member.POSTGRES, postgres);
        ports.put(Member.POISON, poison);
        ports.put(Member.TRAINER, trainer);
        ports.put(Member.RIFT, rift);
        return new ClusterPorts(ports);
    }

    /** For a command that needs no certain port: where nobody asked for one, any will do if the usual one is taken. */
    ClusterPorts freePorts() {
        if (gateway().isPresent()) {
            return ports();
        }
        try {
            LoopbackPorts.claim(ClusterPorts.GATEWAY_PORT, "the gateway", "choose another with --port");
            return ports();
        } catch (BackingServiceException taken) {
            int free = LoopbackPorts.free();
            System.out.println("Port " + ClusterPorts.GATEWAY_PORT + " is taken; the gateway listens on " + free + ".");
            return ports(free);
        }
    }

    /** The same choice as options of another {@code faultline up}. */
    static List<String> arguments(ClusterPorts ports) {
        List<String> arguments = new ArrayList<>();
        for (Member member : Member.values()) {
            String option =
                    switch (member) {
                        case GATEWAY -> "--port";
                        case KAFKA -> "--kafka-port";
                        case POSTGRES -> "--postgres-port";
                        case POISON -> "--poison-port";
                        case TRAINER -> "--trainer-port";
                        case RIFT -> "--rift-port";
                    };
            arguments.add(option + "=" + ports.of(member));
        }
        return arguments;
    }
}
