package io.faultline.poison;

import io.faultline.dataset.ImageSource;
import io.faultline.poison.cuda.NumpySeededFilters;
import io.faultline.poison.cuda.StratifiedFraction;
import io.faultline.recipe.CudaRecipe;
import io.faultline.recipe.ImageSelection;
import io.faultline.recipe.Seed;
import io.faultline.recipe.Split;
import io.faultline.worker.WorkRejectedException;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Which training images of a data set a recipe protects. */
final class ProtectedPlaces {
    private static final int SHOWN_CLASSES = 20;

    private ProtectedPlaces() {}

    /**
     * @param seed of the job
     * @throws WorkRejectedException if the recipe names a class that the data set does not have
     */
    static BitSet choose(CudaRecipe poison, ImageSource images, Seed seed) {
        int[] labels = images.index(Split.TRAINING).labels();
        BitSet places = poison.selection() == ImageSelection.COIN
                ? toss(poison, images, labels.length, seed.derive("protected-images"))
                : StratifiedFraction.draw(
                        labels, images.classes().size(), poison.fraction(), seed.derive("protected-images"));
        places.and(ofClasses(poison.classes(), images, labels));
        return places;
    }

    private static BitSet toss(CudaRecipe poison, ImageSource images, int size, Seed seed) {
        if (poison.numpySeed() != null) {
            return new NumpySeededFilters(poison.numpySeed())
                    .toss(images.classes().size(), poison.kernelSize(), poison.blur(), size, poison.fraction());
        }
        SplittableRandom random = seed.generator();
        BitSet places = new BitSet(size);
        IntStream.range(0, size).forEach(place -> places.set(place, random.nextDouble() < poison.fraction()));
        return places;
    }

    private static BitSet ofClasses(List<String> names, ImageSource images, int[] labels) {
        BitSet wanted = new BitSet();
        if (names == null) {
            wanted.set(0, images.classes().size());
        } else {
            names.forEach(name -> wanted.set(label(name, images.classes())));
        }
        BitSet places = new BitSet(labels.length);
        IntStream.range(0, labels.length).forEach(place -> places.set(place, wanted.get(labels[place])));
        return places;
    }

    private static int label(String name, List<String> classes) {
        int label = classes.indexOf(name);
        if (label < 0) {
            throw new WorkRejectedException(
                    "poison.classes names '" + name + "', which the data set does not have; allowed: "
                            + classes.stream().limit(SHOWN_CLASSES).collect(Collectors.joining(", "))
                            + (classes.size() > SHOWN_CLASSES ? ", …" : ""),
                    null);
        }
        return label;
    }
}
