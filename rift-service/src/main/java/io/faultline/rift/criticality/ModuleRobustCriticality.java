package io.faultline.rift.criticality;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.faultline.checkpoint.InvalidCheckpointException;
import io.faultline.recipe.CriticalityProcedure;
import io.faultline.recipe.CriticalityRecipe;
import io.faultline.report.ModuleCriticality;
import io.faultline.rift.criticality.KeptActivations.ModuleExamples;
import io.faultline.vision.network.Checkpoint;
import io.faultline.vision.network.CrossEntropy;
import io.faultline.vision.network.Gradients;
import io.faultline.vision.network.NamedModule;
import io.faultline.vision.network.NormalizedNetwork;
import io.faultline.vision.network.StateDict;
import io.faultline.vision.network.Tensors;
import java.util.List;

/**
 * Module robust criticality (Zhu et al., ICCV 2023, Def. 3.1, relaxed as in Sec. 3.3):
 *
 * <p>MRC(f, θ⁽ⁱ⁾, D, ε) = max R(f(θ + Δθ), D) − R(f(θ), D) over Δθ that is zero outside module i and of ‖Δθ‖₂ ≤ ε‖θ⁽ⁱ⁾‖₂, with R
 * the mean cross-entropy on fixed adversarial examples and the maximum sought by gradient ascent. A round is one pass of plain gradient
 * ascent over the batches, in their order, and one projection after it; then the loss is measured on all examples. Which rounds are run
 * and which count is the {@link CriticalityProcedure}'s.
 *
 * <p>The network runs on its running statistics, which are folded into its convolutions. Its weights are never touched: the module's
 * weight is exchanged for a copy. For one thread; closing it frees what is kept between modules, and modules are fastest in the network's
 * order.
 *
 * @implNote Everything before the module is computed once ({@link KeptActivations}), a backward pass ends at the module, and the first
 *     batch is not measured after a round but by the next round's first forward pass, which has the same weights. The authors' script
 *     draws the order of the examples anew in each pass; here it is fixed.
 */
public final class ModuleRobustCriticality implements AutoCloseable {
    private final NDManager manager;
    private final NormalizedNetwork network;
    private final StateDict weights;
    private final FixedExamples examples;
    private final CriticalityRecipe recipe;
    private final RelativeNormBall ball;
    private final KeptActivations activations;
    private final Fit original;

    /** Hears of the work between batches; what it throws ends the work. */
    @FunctionalInterface
    public interface Listener {
        void batchDone();
    }

    /**
     * @param checkpoint θ_AT; stays the caller's and as it is, and must not change meanwhile
     * @param examples what the loss is measured on; stay the caller's
     * @param budget of the activations that are kept
     * @param parent of the memory that they take
     * @throws NonFiniteCriticalityException if the loss of the network is no number
     */
    public ModuleRobustCriticality(
            Checkpoint checkpoint,
            FixedExamples examples,
            CriticalityRecipe recipe,
            ActivationBudget budget,
            NDManager parent) {
        this(checkpoint, examples, recipe, budget, KeptActivations.PART_BYTES, parent);
    }

    /** @param partBytes that a tensor may have before a batch goes through in parts */
    ModuleRobustCriticality(
            Checkpoint checkpoint,
            FixedExamples examples,
            CriticalityRecipe recipe,
            ActivationBudget budget,
            long partBytes,
            NDManager parent) {
        if (examples.size() == 0) {
            throw new IllegalArgumentException("there is no adversarial example; at least one is needed");
        }
        network = checkpoint.network();
        weights = checkpoint.state();
        this.examples = examples;
        this.recipe = recipe;
        ball = new RelativeNormBall(recipe.radius());
        manager = parent.newSubManager();
        try {
            activations = new KeptActivations(
                    network, network.folded(weights, manager), examples, manager, budget, partBytes);
            original = finite(fitOfTheWhole(), "the trained network's");
        } catch (RuntimeException e) {
            manager.close();
            throw e;
        }
    }

    /** How often the listener hears of one module, at most: of each batch's step and measurement. */
    public long batchesPerModule() {
        return recipe.rounds() * (2L * examples.batches().size() - 1) + 1;
    }

    /**
     * Measures a module.
     *
     * @param rounds where the work is kept after each round, and gone on with
     * @throws NonFiniteCriticalityException if the ascent left the numbers that float32 has
     * @throws InvalidCheckpointException if what was kept is of another module, network or set of examples
     */
    public ModuleCriticality of(NamedModule module, RoundStore rounds, Listener listener) {
        NDArray own = weights.get(module.weight());
        float[] centre = own.toFloatArray();
        AscentState state = rounds.kept()
                .map(file -> AscentState.restore(file, module, original))
                .orElseGet(() -> AscentState.start(centre, original));
        try (NDManager scope = manager.newSubManager();
                NDArray weight = Tensors.of(scope, state.weight(), own.getShape());
                ModuleExamples cached = activations.of(module)) {
            Ascent ascent = new Ascent(module, cached, weight, listener);
            while (!finished(state)) {
                state = ascent.round(state, centre);
                rounds.keep(state.export(module));
            }
            if (state.lacksFirstBatch()) {
                state = ascent.complete(state, ascent.measure(0));
            }
        }
        return criticality(module, state.fits());
    }

    private boolean finished(AscentState state) {
        return state.rounds() == recipe.rounds()
                || (recipe.procedure() == CriticalityProcedure.PRINTED && state.reached());
    }

    private ModuleCriticality criticality(NamedModule module, List<Fit> fits) {
        Fit counted =
                switch (recipe.procedure()) {
                    case MAXIMUM -> greatest(fits);
                    case AUTHORS -> greatest(fits.subList(1, fits.size()));
                    case PRINTED -> fits.get(fits.size() - 1);
                };
        return new ModuleCriticality(
                module.path(),
                module.parameters(),
                counted.loss() - original.loss(),
                100.0 * (original.correct() - counted.correct()) / examples.size(),
                fits.stream().map(Fit::loss).toList());
    }

    /** Of equal ones the first. */
    private static Fit greatest(List<Fit> fits) {
        Fit greatest = fits.get(0);
        for (Fit fit : fits) {
            greatest = fit.loss() > greatest.loss() ? fit : greatest;
        }
        return greatest;
    }

    private Fit fitOfTheWhole() {
        NamedModule first = network.modules().modules().get(0);
        try (ModuleExamples cached = activations.of(first)) {
            Ascent still = new Ascent(first, cached, weights.get(first.weight()), () -> {});
            Fit fit = Fit.NONE;
            for (int batch = 0; batch < cached.batches(); batch++) {
                fit = fit.plus(still.measure(batch));
            }
            return fit;
        }
    }

    private Fit finite(Fit fit, String whose) {
        if (!Double.isFinite(fit.loss())) {
            throw new NonFiniteCriticalityException(whose + " loss on the adversarial examples is " + fit.loss()
                    + "; lower criticality.ascentRate, which is " + recipe.ascentRate());
        }
        return fit;
    }

    @Override
    public void close() {
        activations.close();
        manager.close();
    }

    /** One module's weight on its way. */
    private final class Ascent {
        private final NamedModule module;
        private final ModuleExamples cached;
        private final NDArray weight;
        private final Listener listener;

        Ascent(NamedModule module, ModuleExamples cached, NDArray weight, Listener listener) {
            this.module = module;
            this.cached = cached;
            this.weight = weight;
            this.listener = listener;
        }

        AscentState round(AscentState begun, float[] centre) {
            AscentState state = begun;
            for (int batch = 0; batch < cached.batches(); batch++) {
                Fit before = step(batch);
                if (batch == 0 && state.lacksFirstBatch()) {
                    state = complete(state, before);
                }
            }
            float[] moved = weight.toFloatArray();
            boolean reached = ball.reachedBy(moved, centre);
            float[] inside = ball.project(moved, centre);
            if (inside != moved) {
                try (NDArray replaced = Tensors.of(weight.getManager(), inside, weight.getShape())) {
                    replaced.copyTo(weight);
                }
            }
            Fit rest = Fit.NONE;
            for (int batch = 1; batch < cached.batches(); batch++) {
                rest = rest.plus(measure(batch));
            }
            return new AscentState(inside, state.fits(), rest, state.rounds() + 1, reached);
        }

        AscentState complete(AscentState state, Fit ofFirstBatch) {
            AscentState completed = state.with(ofFirstBatch);
            finite(
                    completed.fits().get(state.rounds()),
                    "module " + module.path() + ", round " + state.rounds() + ": the");
            return completed;
        }

        /** θ ← θ + γ ∇R of one batch, in place. */
        private Fit step(int batch) {
            long size = cached.size(batch);
            Fit fit = Fit.NONE;
            try (NDManager scope = manager.newSubManager()) {
                NDArray sum = weight.zerosLike();
                sum.attach(scope);
                int rows = cached.rows(batch);
                for (long from = 0; from < size; from += rows) {
                    Part part = new Part(batch, from, Math.min(size, from + rows));
                    try (NDManager inner = scope.newSubManager();
                            Gradients gradients = Gradients.of(
                                    inner,
                                    name -> weight,
                                    List.of(module.weight()),
                                    moved -> Tensors.times(
                                            part.loss(moved.get(module.weight()), inner),
                                            recipe.ascentRate() / size))) {
                        sum.addi(gradients.get(module.weight()));
                        fit = fit.plus(part.fit());
                    }
                }
                weight.addi(sum);
            }
            listener.batchDone();
            return fit;
        }

        /** How the network with the weight as it is fits one batch. */
        Fit measure(int batch) {
            long size = cached.size(batch);
            Fit fit = Fit.NONE;
            int rows = cached.rows(batch);
            for (long from = 0; from < size; from += rows) {
                Part part = new Part(batch, from, Math.min(size, from + rows));
                try (NDManager scope = manager.newSubManager()) {
                    NDArray alias = weight.stopGradient();
                    alias.attach(scope);
                    part.loss(alias, scope);
                    fit = fit.plus(part.fit());
                }
            }
            listener.batchDone();
            return fit;
        }

        /** Some images of a batch on their way through the network. */
        private final class Part {
            private final int batch;
            private final long from;
            private final long to;
            private NDArray loss;
            private NDArray hits;

            Part(int batch, long from, long to) {
                this.batch = batch;
                this.from = from;
                this.to = to;
            }

            /** Added up over the images. */
            NDArray loss(NDArray moved, NDManager scope) {
                NDArray labels = cached.labels(batch, from, to, scope);
                NDArray logits = cached.cut().logits(cached.read(batch, from, to, scope), moved);
                hits = logits.argMax(1).eq(labels).sum();
                loss = CrossEntropy.sum(logits, labels);
                return loss;
            }

            /** Once the loss was computed. */
            Fit fit() {
                return new Fit(loss.getFloat(), hits.getLong(), to - from);
            }
        }
    }
}
