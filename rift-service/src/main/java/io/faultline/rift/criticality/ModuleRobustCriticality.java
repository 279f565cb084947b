package io.faultline.rift.criticality;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.faultline.recipe.CriticalityRecipe;
import io.faultline.report.ModuleCriticality;
import io.faultline.rift.criticality.FixedExamples.Batch;
import io.faultline.rift.criticality.FixedExamples.Fit;
import io.faultline.vision.network.BatchNormMode;
import io.faultline.vision.network.Checkpoint;
import io.faultline.vision.network.CrossEntropy;
import io.faultline.vision.network.Gradients;
import io.faultline.vision.network.NamedModule;
import io.faultline.vision.network.NormalizedNetwork;
import io.faultline.vision.network.Tensors;
import io.faultline.vision.network.Weights;
import java.util.ArrayList;
import java.util.List;

/**
 * Module robust criticality (Zhu et al., ICCV 2023, Def. 3.1, relaxed as in Sec. 3.3):
 *
 * <p>MRC(f, θ⁽ⁱ⁾, D, ε) = max R(f(θ + Δθ), D) − R(f(θ), D) over Δθ that is zero outside module i and of ‖Δθ‖₂ ≤ ε‖θ⁽ⁱ⁾‖₂, with R
 * the mean cross-entropy on fixed adversarial examples and the maximum sought by gradient ascent.
 *
 * <p>The network runs on its running statistics. Its weights are never touched: the module's weight is exchanged for a copy.
 *
 * @implNote Follows the authors' script where it and Algorithm 1 part: all rounds are run; a round is one pass of plain
 *     gradient ascent over the batches and one projection after it; the criticality is the greatest rise over the rounds. Here
 *     the loss after a round is measured on all examples with the projected weights, and the start (a rise of 0) counts too.
 */
public final class ModuleRobustCriticality {
    private final NormalizedNetwork network;
    private final Weights weights;
    private final FixedExamples examples;
    private final CriticalityRecipe recipe;
    private final RelativeNormBall ball;
    private final Fit original;

    /** Hears of the work between batches; what it throws ends the work. */
    @FunctionalInterface
    public interface Listener {
        void batchDone();
    }

    /**
     * @param checkpoint θ_AT
     * @param examples what the loss is measured on
     */
    public ModuleRobustCriticality(Checkpoint checkpoint, FixedExamples examples, CriticalityRecipe recipe) {
        network = checkpoint.network();
        weights = checkpoint.state();
        this.examples = examples;
        this.recipe = recipe;
        ball = new RelativeNormBall(recipe.radius());
        original = finite(examples.fit(checkpoint.classifier()), "the trained network's");
    }

    /** How often the listener hears of one module. */
    public long batchesPerModule() {
        return (long) recipe.rounds() * examples.batches().size();
    }

    /** @throws NonFiniteCriticalityException if the ascent left the numbers that float32 has */
    public ModuleCriticality of(NamedModule module, Listener listener) {
        NDArray own = weights.get(module.weight());
        float[] centre = own.toFloatArray();
        List<Fit> fits = new ArrayList<>(List.of(original));
        try (NDManager manager = own.getManager().newSubManager()) {
            NDArray weight = Tensors.of(manager, centre, own.getShape());
            for (int round = 1; round <= recipe.rounds(); round++) {
                ascend(module, weight, manager, listener);
                weight = projected(weight, centre, manager);
                Fit fit = examples.fit(network.classifier(weights.with(module.weight(), weight)));
                fits.add(finite(fit, "module " + module.path() + ", round " + round + ": the"));
            }
        }
        return criticality(module, fits);
    }

    /** One pass: θ ← θ + γ ∇R on each batch, in place. */
    private void ascend(NamedModule module, NDArray weight, NDManager manager, Listener listener) {
        Weights moved = weights.with(module.weight(), weight);
        for (Batch batch : examples.batches()) {
            try (Gradients gradients = Gradients.of(
                            manager, moved, List.of(module.weight()), candidate -> loss(candidate, batch));
                    NDArray step = gradients.get(module.weight()).mul(recipe.ascentRate())) {
                weight.addi(step);
            }
            listener.batchDone();
        }
    }

    private NDArray loss(Weights candidate, Batch batch) {
        try (NDArray logits = network.logits(candidate, batch.images(), BatchNormMode.RUNNING_STATISTICS)) {
            return CrossEntropy.mean(logits, batch.labels());
        }
    }

    private NDArray projected(NDArray weight, float[] centre, NDManager manager) {
        float[] moved = weight.toFloatArray();
        float[] inside = ball.project(moved, centre);
        if (inside == moved) {
            return weight;
        }
        NDArray replaced = Tensors.of(manager, inside, weight.getShape());
        weight.close();
        return replaced;
    }

    private ModuleCriticality criticality(NamedModule module, List<Fit> fits) {
        Fit worst = original;
        for (Fit fit : fits) {
            worst = fit.loss() > worst.loss() ? fit : worst;
        }
        return new ModuleCriticality(
                module.path(),
                module.parameters(),
                worst.loss() - original.loss(),
                100.0 * (original.correct() - worst.correct()) / examples.size(),
                fits.stream().map(Fit::loss).toList());
    }

    private Fit finite(Fit fit, String whose) {
        if (!Double.isFinite(fit.loss())) {
            throw new NonFiniteCriticalityException(whose + " loss on the adversarial examples is " + fit.loss()
                    + "; lower criticality.ascentRate, which is " + recipe.ascentRate());
        }
        return fit;
    }
}
