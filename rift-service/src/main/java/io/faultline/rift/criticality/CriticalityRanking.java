package io.faultline.rift.criticality;

import io.faultline.report.ModuleCriticality;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * The modules of a network by their robust criticality, the least critical first; equal ones in the network's order.
 *
 * @param ascending by criticality
 * @param examples on how many adversarial examples it was measured
 * @param radius ε, the share of its norm by which a module's weights could move
 */
public record CriticalityRanking(List<ModuleCriticality> ascending, int examples, double radius) {
    public CriticalityRanking {
        if (ascending.isEmpty()) {
            throw new IllegalArgumentException("no module to rank; expected at least one");
        }
        // the sort is stable: ties keep the network's order
        ascending = ascending.stream()
                .sorted(Comparator.comparingDouble(ModuleCriticality::mrc))
                .toList();
    }

    /** The module to fine-tune: RiFT's non-robust-critical module (Zhu et al., ICCV 2023, Sec. 4). */
    public ModuleCriticality lowest() {
        return ascending.get(0);
    }

    /** Why that one, for people. */
    public String reason() {
        ModuleCriticality lowest = lowest();
        String reason = String.format(
                Locale.ROOT,
                "%s has the lowest robust criticality of %d modules: moving its weights by at most %.4g %% of their norm"
                        + " raises the mean loss on %d fixed adversarial examples by %.4g at most, and costs %.2f points of"
                        + " accuracy on them",
                lowest.module(),
                ascending.size(),
                100 * radius,
                examples,
                lowest.mrc(),
                lowest.robustAccuracyDrop());
        if (ascending.size() == 1) {
            return reason + ".";
        }
        ModuleCriticality next = ascending.get(1);
        ModuleCriticality highest = ascending.get(ascending.size() - 1);
        return reason
                + String.format(
                        Locale.ROOT,
                        "; next is %s with %.4g, highest %s with %.4g.",
                        next.module(),
                        next.mrc(),
                        highest.module(),
                        highest.mrc());
    }
}
