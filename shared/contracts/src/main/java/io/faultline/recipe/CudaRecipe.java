package io.faultline.recipe;

import static io.faultline.recipe.Bounds.between;
import static io.faultline.recipe.Bounds.orElse;

/**
 * Class-wise convolutions (CUDA, Sadasivan et al., CVPR 2023, Sec. 3.3): one private filter per class.
 *
 * @param kernelSize k of the k×k filters, odd; 3 where none is given (the paper's CIFAR value)
 * @param blur p_b, the upper bound of the filters' entries beside the single 1; 0.3 where none is given
 * @param fraction share of each class's training images that is protected; 1 where none is given
 * @param numpySeed draws the filters as NumPy's legacy generator does, for reproduction; insecure, since 2³² seeds can be
 *     searched; null for filters from the service's master key
 */
public record CudaRecipe(Integer kernelSize, Double blur, Double fraction, Long numpySeed) {
    private static final int LARGEST_KERNEL = 63;
    private static final long LARGEST_NUMPY_SEED = 0xFFFF_FFFFL;

    public CudaRecipe {
        kernelSize = orElse(kernelSize, 3);
        if (kernelSize < 1 || kernelSize > LARGEST_KERNEL || kernelSize % 2 == 0) {
            throw new InvalidRecipeException(
                    "kernelSize",
                    kernelSize,
                    "an odd number from 1 to " + LARGEST_KERNEL + ", and no larger than the images");
        }
        blur = between("blur", orElse(blur, 0.3), 0, 1);
        fraction = between("fraction", orElse(fraction, 1.0), 0, 1);
        if (numpySeed != null && (numpySeed < 0 || numpySeed > LARGEST_NUMPY_SEED)) {
            throw new InvalidRecipeException("numpySeed", numpySeed, "a whole number from 0 to " + LARGEST_NUMPY_SEED);
        }
    }
}
