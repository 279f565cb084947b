package io.faultline.local;

import io.faultline.local.cluster.ClusterListener;
import io.faultline.local.cluster.Member;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/** Tells a person what the cluster's members do, a line for each event. */
final class ClusterReport implements ClusterListener {
    private final PrintStream output;

    ClusterReport(PrintStream output) {
        this.output = output;
    }

    @Override
    public void starting(Member member, int port) {
        output.printf(Locale.ROOT, "  %-16s starting on 127.0.0.1:%d%n", member.label(), port);
    }

    @Override
    public void ready(Member member, Duration after) {
        output.printf(Locale.ROOT, "  %-16s ready after %.1f s%n", member.label(), after.toMillis() / 1e3);
    }

    @Override
    public void died(Member member, Duration delay) {
        output.printf(
                Locale.ROOT,
                "  %-16s ended by itself; starting it again in %.0f s (see its log)%n",
                member.label(),
                delay.toMillis() / 1e3);
    }

    @Override
    public void notRevived(Member member, RuntimeException failure, Duration delay) {
        output.printf(
                Locale.ROOT,
                "  %-16s did not start again; next try in %.0f s: %s%n",
                member.label(),
                delay.toMillis() / 1e3,
                failure.getMessage());
    }

    @Override
    public void stopping(Member member) {
        output.printf(Locale.ROOT, "  %-16s stopping%n", member.label());
    }
}
