package io.faultline.measurement;

import io.faultline.artifact.ArtifactId;
import io.faultline.artifact.ArtifactStore;
import io.faultline.dataset.CorruptedImages;
import io.faultline.dataset.InvalidDatasetException;
import io.faultline.dataset.LabeledImages;
import io.faultline.dataset.RgbImage;
import io.faultline.recipe.CorruptionName;
import io.faultline.recipe.CorruptionRecipe;
import io.faultline.recipe.Seed;
import io.faultline.vision.batch.ExampleSelection;
import io.faultline.worker.WorkRejectedException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The part of a published corruption set that a recipe asks for, as a network of the test split is measured on it: the same images
 * in each corruption and severity, of the test images' size and prepared as they were. Read in place, a batch at a time.
 */
final class PublishedCorruptions implements CorruptedImages {
    private static final String IMAGES = "evaluation.corruptions.images";

    private final CorruptedImages set;
    private final ArtifactId id;
    private final TestPlan plan;
    private final RgbImage like;
    private final int[] places;

    private PublishedCorruptions(CorruptedImages set, ArtifactId id, TestPlan plan, int[] places) {
        this.set = set;
        this.id = id;
        this.plan = plan;
        this.like = plan.images().images().get(0);
        this.places = places;
    }

    /**
     * Opens the set and looks at every corruption and severity that is asked for, so that none is measured if one cannot be.
     *
     * @throws WorkRejectedException if the set cannot be read, lacks something that is asked for, or does not fit the test split
     */
    static PublishedCorruptions open(CorruptionRecipe asked, TestPlan plan, ArtifactStore store) {
        ArtifactId id = asked.published();
        try {
            CorruptedImages set = CorruptedImages.open(store.localCopy(id), plan.classes());
            try {
                int[] labels = commonLabels(set, asked);
                refuseUnlessAllClasses(labels, plan.classes());
                PublishedCorruptions chosen =
                        new PublishedCorruptions(set, id, plan, places(labels, asked.images(), plan));
                for (CorruptionName name : asked.corruptions()) {
                    for (int severity : asked.severities()) {
                        chosen.read(name.wireName(), severity, new int[] {0});
                    }
                }
                return chosen;
            } catch (RuntimeException e) {
                set.close();
                throw e;
            }
        } catch (InvalidDatasetException e) {
            throw refused(id, e);
        }
    }

    /** The same images must be corrupted in every way, or an image's share over all of them means nothing. */
    private static int[] commonLabels(CorruptedImages set, CorruptionRecipe asked) {
        String first = asked.corruptions().get(0).wireName();
        int least = asked.severities().get(0);
        int[] labels = set.labels(first, least);
        for (CorruptionName name : asked.corruptions()) {
            for (int severity : asked.severities()) {
                if (!Arrays.equals(set.labels(name.wireName(), severity), labels)) {
                    throw new InvalidDatasetException(name.wireName() + ", severity " + severity + ", has "
                            + set.size(name.wireName(), severity)
                            + " images, of other classes or in another number than "
                            + first + ", severity " + least + ", with " + labels.length
                            + "; expected the same test images in each. Take the published set.");
                }
            }
        }
        return labels;
    }

    private static void refuseUnlessAllClasses(int[] labels, List<String> classes) {
        IntStream.range(0, classes.size())
                .filter(label -> Arrays.stream(labels).noneMatch(other -> other == label))
                .findFirst()
                .ifPresent(label -> {
                    throw new InvalidDatasetException("it has no image of class " + label + ", '" + classes.get(label)
                            + "'; expected images of all " + classes.size()
                            + " classes that the classifier knows. Take the set that belongs to the data set.");
                });
    }

    private static int[] places(int[] labels, Integer images, TestPlan plan) {
        if (images == null || images >= labels.length) {
            return IntStream.range(0, labels.length).toArray();
        }
        Seed seed = plan.seed().derive("images");
        int[] places =
                ExampleSelection.places(IMAGES, images, labels, plan.classes().size(), seed);
        // ascending, so that neighbours are read at once
        return Arrays.stream(places).sorted().toArray();
    }

    /** How many images there are of each corruption and severity. */
    int images() {
        return places.length;
    }

    /** What a reader of the figures must know. */
    String note() {
        return "Corruption accuracy is that on the published set " + id + ", " + places.length
                + " images for each corruption and severity. Where the set numbers its classes, as CIFAR-10-C does, their"
                + " order is taken to be the data set's.";
    }

    @Override
    public List<String> corruptions() {
        return set.corruptions();
    }

    @Override
    public List<Integer> severities(String corruption) {
        return set.severities(corruption);
    }

    @Override
    public int size(String corruption, int severity) {
        return places.length;
    }

    @Override
    public int[] labels(String corruption, int severity) {
        int[] all = set.labels(corruption, severity);
        return Arrays.stream(places).map(place -> all[place]).toArray();
    }

    @Override
    public LabeledImages read(String corruption, int severity, int[] chosen) {
        try {
            LabeledImages read = set.read(
                    corruption,
                    severity,
                    Arrays.stream(chosen).map(place -> places[place]).toArray());
            for (int i = 0; i < read.size(); i++) {
                RgbImage image = read.images().get(i);
                if (image.height() != like.height() || image.width() != like.width()) {
                    throw new InvalidDatasetException(read.ids().get(i) + " is " + image.height() + "×" + image.width()
                            + " pixels; expected " + like.height() + "×" + like.width()
                            + ", as the test images are. Take the set that belongs to the data set.");
                }
            }
            return plan.preparation().apply(read);
        } catch (InvalidDatasetException e) {
            throw refused(id, e);
        }
    }

    private static WorkRejectedException refused(ArtifactId id, InvalidDatasetException refusal) {
        return new WorkRejectedException("corruption set " + id + ": " + refusal.getMessage(), refusal);
    }

    @Override
    public void close() {
        set.close();
    }
}
