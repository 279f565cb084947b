package io.faultline.poison.cuda;

/** Draws a filter bank; the same generator gives the same bank for the same arguments. */
public sealed interface FilterBankGenerator permits KeyedFilters, NumpySeededFilters {
    /**
     * @param classes number of filters, at least 1
     * @param kernelSize k, odd
     * @param blur p_b: the entries beside the single 1 are uniform on [0, p_b)
     */
    FilterBank generate(int classes, int kernelSize, double blur);
}
