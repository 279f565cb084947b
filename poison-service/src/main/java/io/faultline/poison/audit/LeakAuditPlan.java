package io.faultline.poison.audit;

import java.util.List;

/**
 * How much an audit supposes to have leaked.
 *
 * @param pairCounts numbers of leaked pairs, growing, each at least 1
 * @param heldBack images of the class, beside the leaked ones, that are restored; at least 1
 */
public record LeakAuditPlan(List<Integer> pairCounts, int heldBack) {
    public LeakAuditPlan {
        pairCounts = List.copyOf(pairCounts);
        if (pairCounts.isEmpty() || heldBack < 1) {
            throw new IllegalArgumentException(
                    pairCounts.size() + " numbers of pairs and " + heldBack + " images held back; expected 1 or more");
        }
        int last = 0;
        for (int count : pairCounts) {
            if (count <= last) {
                throw new IllegalArgumentException(
                        "numbers of pairs are " + pairCounts + "; expected them to grow from 1 or more");
            }
            last = count;
        }
    }

    /** 1, 2, 5 and 10 pairs; ten images restored. */
    public static LeakAuditPlan defaults() {
        return new LeakAuditPlan(List.of(1, 2, 5, 10), 10);
    }

    /** Pairs of a class that an audit takes. */
    public int pairs() {
        return mostPairs() + heldBack;
    }

    int mostPairs() {
        return pairCounts.get(pairCounts.size() - 1);
    }
}
