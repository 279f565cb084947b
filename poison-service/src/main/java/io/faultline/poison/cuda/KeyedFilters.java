package io.faultline.poison.cuda;

import io.faultline.poison.key.KeyDerivation;
import io.faultline.poison.key.KeyStream;
import java.util.stream.IntStream;

/**
 * Filters out of a data set's key: each class has its own HKDF stream, from which its k² entries are drawn and then the
 * place of the 1, uniform over all k² places. Same distribution as the paper's, not the same values as anyone's.
 */
public final class KeyedFilters implements FilterBankGenerator {
    private final KeyDerivation keys;

    public KeyedFilters(KeyDerivation keys) {
        this.keys = keys;
    }

    @Override
    public FilterBank generate(int classes, int kernelSize, double blur) {
        return new FilterBank(
                kernelSize,
                IntStream.range(0, classes)
                        .mapToObj(label -> draw(keys.filterStream(label, kernelSize, blur), kernelSize, blur))
                        .toList());
    }

    private static double[] draw(KeyStream stream, int kernelSize, double blur) {
        double[] filter = new double[kernelSize * kernelSize];
        for (int i = 0; i < filter.length; i++) {
            filter[i] = blur * stream.nextDouble();
        }
        filter[stream.nextBelow(filter.length)] = 1;
        return filter;
    }
}
