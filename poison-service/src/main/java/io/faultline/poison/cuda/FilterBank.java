package io.faultline.poison.cuda;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * One private k×k filter per class, s_i in CUDA's notation (Sadasivan et al., CVPR 2023, Sec. 3.3): one entry is 1, the
 * others lie in [0, p_b]. Private like the key it came from, so it does not print itself.
 */
public final class FilterBank {
    private final int kernelSize;
    private final List<double[]> filters;

    /**
     * @param filters by label, each k² entries row by row
     * @throws IllegalArgumentException if the kernel size is not an odd number, a filter has another number of entries or an
     *     entry lies outside 0 to 1
     */
    FilterBank(int kernelSize, List<double[]> filters) {
        if (kernelSize < 1 || kernelSize % 2 == 0) {
            throw new IllegalArgumentException("kernel size is " + kernelSize + "; expected an odd number from 1");
        }
        for (double[] filter : filters) {
            if (filter.length != kernelSize * kernelSize) {
                throw new IllegalArgumentException("a filter has " + filter.length + " entries; expected " + kernelSize
                        + "² = " + kernelSize * kernelSize);
            }
            // private: the message must not say which value it is
            if (Arrays.stream(filter).anyMatch(entry -> !(entry >= 0 && entry <= 1))) {
                throw new IllegalArgumentException("a filter has an entry outside 0 to 1; expected none");
            }
        }
        this.kernelSize = kernelSize;
        this.filters = filters.stream().map(double[]::clone).toList();
    }

    public int kernelSize() {
        return kernelSize;
    }

    public int classes() {
        return filters.size();
    }

    /**
     * The paper's first control (Sec. 5.2, "universal blur"): every class has the filter of class 0, so that the filter tells
     * nothing about the class.
     */
    public FilterBank universal() {
        return new FilterBank(kernelSize, Collections.nCopies(filters.size(), filters.get(0)));
    }

    /**
     * The paper's second control: class i has the filter of class (i + 1) mod K, so that none keeps its own.
     *
     * @throws IllegalArgumentException if there is only one class
     */
    public FilterBank permuted() {
        if (filters.size() < 2) {
            throw new IllegalArgumentException("the bank has " + filters.size()
                    + " class; expected at least 2, or there is no other filter to take");
        }
        List<double[]> permuted = new ArrayList<>(filters);
        Collections.rotate(permuted, -1);
        return new FilterBank(kernelSize, permuted);
    }

    /** The class's filter as it was drawn, k² entries, row by row: as secret as the key. */
    public double[] drawn(int label) {
        return filters.get(label).clone();
    }

    /** The class's filter as PyTorch's float32 convolution holds it: each entry rounded to the nearest float. */
    float[] weights(int label) {
        double[] filter = filters.get(label);
        float[] weights = new float[filter.length];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) filter[i];
        }
        return weights;
    }

    /** Equal if every entry is, bit for bit. */
    @Override
    public boolean equals(Object other) {
        return other instanceof FilterBank bank
                && bank.kernelSize == kernelSize
                && Arrays.deepEquals(bank.filters.toArray(), filters.toArray());
    }

    @Override
    public int hashCode() {
        return Arrays.deepHashCode(filters.toArray());
    }

    @Override
    public String toString() {
        return "FilterBank[" + filters.size() + " classes, " + kernelSize + "×" + kernelSize + "]";
    }
}
