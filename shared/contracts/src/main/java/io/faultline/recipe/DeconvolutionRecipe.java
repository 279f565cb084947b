package io.faultline.recipe;

import static io.faultline.recipe.Bounds.between;
import static io.faultline.recipe.Bounds.orElse;

/**
 * The attack of deconvolution-based adversarial training (Sadasivan et al., CVPR 2023, Sec. 5.2; what the paper leaves open, as the
 * authors' published script has it): one transposed filter per class ascends the loss.
 *
 * @param size of the square filters, odd; 7 where none is given
 * @param steps of ascent; 10 where none is given
 * @param rate of the ascent; 0.1 where none is given
 * @param bound of the filters' entries, upwards and downwards; 5 where none is given
 * @param authors whether, as in their script, the network keeps moving its running statistics during the attack and the last step
 *     is not cut to the bound; false where nothing is given
 */
public record DeconvolutionRecipe(Integer size, Integer steps, Double rate, Double bound, Boolean authors) {
    private static final int LARGEST = 31;

    public DeconvolutionRecipe {
        size = orElse(size, 7);
        if (size < 1 || size > LARGEST || size % 2 == 0) {
            throw new InvalidRecipeException("size", size, "an odd number from 1 to " + LARGEST);
        }
        steps = between("steps", orElse(steps, 10), 0, 1_000);
        rate = between("rate", orElse(rate, 0.1), 0, 1_000);
        bound = between("bound", orElse(bound, 5.0), 1e-6, 1_000);
        authors = orElse(authors, Boolean.FALSE);
    }
}
