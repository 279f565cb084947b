package io.faultline.local.cluster;

import io.faultline.backing.LoopbackPorts;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/**
 * Where each member listens on the loopback interface.
 *
 * @param byMember 0 for any free port
 */
public record ClusterPorts(Map<Member, Integer> byMember) {
    /** Where the gateway listens unless told otherwise. */
    public static final int GATEWAY_PORT = 8080;

    public ClusterPorts {
        EnumMap<Member, Integer> complete = new EnumMap<>(Member.class);
        for (Member member : Member.values()) {
            complete.put(member, byMember.getOrDefault(member, 0));
        }
        byMember = Collections.unmodifiableMap(complete);
    }

    public int of(Member member) {
        return byMember.get(member);
    }

    /**
     * Replaces each 0 by a free port of its own, before anything is started.
     *
     * @throws io.faultline.backing.BackingServiceException if a wanted port is taken
     * @throws ClusterException if two members want the same port
     */
    ClusterPorts claimed() {
        Map<Integer, Member> owners = new HashMap<>();
        EnumMap<Member, Integer> claimed = new EnumMap<>(Member.class);
        for (Member member : Member.values()) {
            int wanted = of(member);
            if (wanted != 0) {
                Member other = owners.put(wanted, member);
                if (other != null) {
                    throw new ClusterException("port " + wanted + " is given to both " + other.label() + " and "
                            + member.label() + "; give each its own");
                }
                claimed.put(
                        member, LoopbackPorts.claim(wanted, member.label(), "choose another with " + option(member)));
            }
        }
        for (Member member : Member.values()) {
            if (of(member) == 0) {
                int free = LoopbackPorts.free();
                while (owners.putIfAbsent(free, member) != null) {
                    free = LoopbackPorts.free();
                }
                claimed.put(member, free);
            }
        }
        return new ClusterPorts(claimed);
    }

    private static String option(Member member) {
        return switch (member) {
            case GATEWAY -> "--port";
            case KAFKA -> "--kafka-port";
            case POSTGRES -> "--postgres-port";
            case POISON -> "--poison-port";
            case TRAINER -> "--trainer-port";
            case RIFT -> "--rift-port";
        };
    }
}
