package io.faultline.poison.cuda;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * The filters that the authors' script draws for a seed: same values as NumPy's legacy generator, bit for bit. For
 * reproduction only: whoever has the protected images can search all 2³² seeds.
 *
 * @implNote Follows the script's order of draws, in which each class draws {@code uniform(0, p_b, (3, 1, k, k))}, uses the
 *     first k² of these numbers for all three channels, then draws the row and the column of the 1.
 * @param seed 0 to 2³² − 1
 */
public record NumpySeededFilters(long seed) implements FilterBankGenerator {
    private static final int DRAWN_CHANNELS = 3;

    @Override
    public FilterBank generate(int classes, int kernelSize, double blur) {
        return generate(new NumpyLegacyGenerator(seed), classes, kernelSize, blur);
    }

    /**
     * The images that the authors' script protects: one coin each, {@code random() < fraction}, drawn from where the filters'
     * draws end.
     *
     * @param images of the training split
     * @return places in the training split
     */
    public BitSet toss(int classes, int kernelSize, double blur, int images, double fraction) {
        NumpyLegacyGenerator random = new NumpyLegacyGenerator(seed);
        generate(random, classes, kernelSize, blur);
        BitSet places = new BitSet(images);
        for (int place = 0; place < images; place++) {
            places.set(place, random.uniform(1) < fraction);
        }
        return places;
    }

    private static FilterBank generate(NumpyLegacyGenerator random, int classes, int kernelSize, double blur) {
        List<double[]> filters = new ArrayList<>(classes);
        for (int label = 0; label < classes; label++) {
            filters.add(next(random, kernelSize, blur));
        }
        return new FilterBank(kernelSize, filters);
    }

    private static double[] next(NumpyLegacyGenerator random, int kernelSize, double blur) {
        int entries = kernelSize * kernelSize;
        double[] filter = new double[entries];
        for (int draw = 0; draw < DRAWN_CHANNELS * entries; draw++) {
            double value = random.uniform(blur);
            if (draw < entries) {
                filter[draw] = value;
            }
        }
        int row = random.randint(kernelSize);
        int column = random.randint(kernelSize);
        filter[row * kernelSize + column] = 1;
        return filter;
    }
}
