package io.faultline.recipe;

import static io.faultline.recipe.Bounds.between;
import static io.faultline.recipe.Bounds.orElse;
import static io.faultline.recipe.Bounds.whole;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Certified robustness of the smoothed network (Cohen et al., ICML 2019).
 *
 * @param sigma standard deviation of the noise, of the pixel range; 0.25 where none is given
 * @param selectionSamples n₀, noisy copies that the class is guessed by; 100 where none is given
 * @param estimationSamples n, noisy copies that its probability is bounded by; 1,000 where none is given (the paper: 100,000)
 * @param failure α, probability that a certificate is wrong; 0.001 where none is given
 * @param radii ascending, of the L2 balls that certified accuracy is told for; 0, 0.25, …, 1.5 where none are given
 * @param images how many test images at most, drawn stratified; 500 where none is given (the paper's number)
 */
public record CertificationRecipe(
        Double sigma,
        Integer selectionSamples,
        Integer estimationSamples,
        Double failure,
        List<Double> radii,
        Integer images) {
    private static final int MOST_RADII = 1_000;
    private static final String RADII = "1 to " + MOST_RADII + " ascending numbers from 0";

    public CertificationRecipe {
        sigma = between("sigma", orElse(sigma, 0.25), 1e-6, 10);
        selectionSamples = between("selectionSamples", orElse(selectionSamples, 100), 1, 1_000_000);
        estimationSamples = between("estimationSamples", orElse(estimationSamples, 1_000), 1, 10_000_000);
        failure = between("failure", orElse(failure, 0.001), 1e-12, 0.5);
        radii = radii == null
                ? IntStream.rangeClosed(0, 6).mapToObj(i -> i / 4.0).toList()
                : whole("radii", radii, RADII);
        List<Double> grid = radii;
        if (radii.isEmpty()
                || radii.size() > MOST_RADII
                || !(radii.get(0) >= 0)
                || IntStream.range(1, grid.size()).anyMatch(i -> !(grid.get(i) > grid.get(i - 1)))) {
            throw new InvalidRecipeException("radii", radii, RADII);
        }
        images = between("images", orElse(images, 500), 1, 10_000_000);
    }
}
