package io.faultline.local.cluster;

import java.net.URI;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a running cluster tells about itself in its home.
 *
 * @param owner process number of the one that started the others and ends with them
 * @param ready whether every member serves
 * @param ports by the members' names
 * @param processes process numbers, by the members' names
 */
public record ClusterState(
        long owner, Instant startedAt, boolean ready, Map<String, Integer> ports, Map<String, Long> processes) {
    public ClusterState {
        ports = Collections.unmodifiableMap(new TreeMap<>(ports));
        processes = Collections.unmodifiableMap(new TreeMap<>(processes));
    }

    /** Where the gateway answers. */
    public URI gatewayAddress() {
        return URI.create("http://127.0.0.1:" + ports.get(Member.GATEWAY.label()));
    }
}
