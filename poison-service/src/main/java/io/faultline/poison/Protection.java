package io.faultline.poison;

import io.faultline.poison.cuda.ClassWiseConvolution;
import io.faultline.poison.cuda.Colour;
import io.faultline.poison.cuda.ConvolutionOptions;
import io.faultline.poison.cuda.FilterBank;
import io.faultline.poison.cuda.Rounding;
import io.faultline.recipe.ColourMode;
import io.faultline.recipe.ControlSet;
import io.faultline.recipe.CudaRecipe;
import io.faultline.recipe.FilterAssignment;
import io.faultline.recipe.PixelRounding;
import java.util.BitSet;
import java.util.List;

/**
 * How a data set's images are protected.
 *
 * @param places of the training images that are
 * @param filters by class, as they are applied
 * @param controls the convolutions of the recipe's control sets, in their order
 */
record Protection(
        BitSet places, FilterBank filters, ClassWiseConvolution convolution, List<ClassWiseConvolution> controls) {
    /** @param drawn one filter per class, as the key or the seed gives them */
    static Protection of(CudaRecipe poison, BitSet places, FilterBank drawn) {
        FilterBank filters = poison.filters() == FilterAssignment.UNIVERSAL ? drawn.universal() : drawn;
        ConvolutionOptions options = new ConvolutionOptions(
                poison.rounding() == PixelRounding.TRUNCATE ? Rounding.TRUNCATE : Rounding.NEAREST,
                poison.colour() == ColourMode.GREY ? Colour.GREY : Colour.RGB);
        return new Protection(
                places,
                filters,
                new ClassWiseConvolution(filters, options),
                poison.controls().stream()
                        .map(control -> new ClassWiseConvolution(
                                control == ControlSet.PERMUTED_FILTERS ? filters.permuted() : filters, options))
                        .toList());
    }
}
