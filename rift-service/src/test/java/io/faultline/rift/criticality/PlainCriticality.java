package io.faultline.rift.criticality;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.faultline.recipe.CriticalityRecipe;
import io.faultline.rift.criticality.FixedExamples.Batch;
import io.faultline.vision.network.BatchNormMode;
import io.faultline.vision.network.Checkpoint;
import io.faultline.vision.network.CrossEntropy;
import io.faultline.vision.network.Gradients;
import io.faultline.vision.network.NamedModule;
import io.faultline.vision.network.Tensors;
import io.faultline.vision.network.Weights;
import java.util.ArrayList;
import java.util.List;

/** The loss rounds by the whole network on whole batches: nothing folded, nothing kept, nothing skipped. */
record PlainCriticality(Checkpoint checkpoint, FixedExamples examples, CriticalityRecipe recipe) {
    List<Double> lossRounds(NamedModule module, NDManager parent) {
        float[] centre = checkpoint.state().get(module.weight()).toFloatArray();
        RelativeNormBall ball = new RelativeNormBall(recipe.radius());
        List<Double> losses = new ArrayList<>();
        try (NDManager manager = parent.newSubManager()) {
            NDArray weight = Tensors.of(
                    manager, centre, checkpoint.state().get(module.weight()).getShape());
            losses.add(loss(checkpoint.state(), manager));
            for (int round = 0; round < recipe.rounds(); round++) {
                Weights moved = checkpoint.state().with(module.weight(), weight);
                for (Batch batch : examples.batches()) {
                    try (Gradients gradients = Gradients.of(
                            manager,
                            moved,
                            List.of(module.weight()),
                            candidate -> CrossEntropy.mean(logits(candidate, batch, manager), batch.labels()))) {
                        weight.addi(gradients.get(module.weight()).mul(recipe.ascentRate()));
                    }
                }
                weight = Tensors.of(manager, ball.project(weight.toFloatArray(), centre), weight.getShape());
                losses.add(loss(checkpoint.state().with(module.weight(), weight), manager));
            }
        }
        return losses;
    }

    private double loss(Weights weights, NDManager manager) {
        double sum = 0;
        for (Batch batch : examples.batches()) {
            sum += CrossEntropy.sum(logits(weights, batch, manager), batch.labels())
                    .getFloat();
        }
        return sum / examples.size();
    }

    private NDArray logits(Weights weights, Batch batch, NDManager manager) {
        NDArray images = batch.images().read(0, batch.size(), manager);
        return checkpoint.network().logits(weights, images, BatchNormMode.RUNNING_STATISTICS);
    }
}
