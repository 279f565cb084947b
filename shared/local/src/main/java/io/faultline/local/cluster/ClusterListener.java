package io.faultline.local.cluster;

import java.time.Duration;

/** Hears what happens to the cluster's members; called by several threads. */
public interface ClusterListener {
    void starting(Member member, int port);

    void ready(Member member, Duration after);

    /** A member ended by itself; it is started again after {@code delay}. */
    void died(Member member, Duration delay);

    /** A member could not be started again; another try follows after {@code delay}. */
    void notRevived(Member member, RuntimeException failure, Duration delay);

    void stopping(Member member);
}
