package io.faultline.poison.audit;

import java.util.List;

/**
 * What leaked pairs of one class give away, for the data set's owner. Holds errors only, never a filter.
 *
 * @param className of the class
 * @param kernelSize k of the filter, which counts as known: recipes and manifests say it
 * @param leaks by growing number of pairs
 */
public record ClassLeak(String className, int kernelSize, List<Leak> leaks) {
    public ClassLeak {
        leaks = List.copyOf(leaks);
    }

    /** A sentence per number of pairs. */
    public List<String> sentences() {
        return leaks.stream().map(leak -> leak.text(className)).toList();
    }
}
