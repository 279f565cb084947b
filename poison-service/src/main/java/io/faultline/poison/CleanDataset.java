package io.faultline.poison;

import io.faultline.artifact.ArtifactId;
import io.faultline.artifact.ArtifactKind;
import io.faultline.artifact.ArtifactNotFoundException;
import io.faultline.dataset.DatasetReader;
import io.faultline.dataset.ImageSource;
import io.faultline.dataset.InvalidDatasetException;
import io.faultline.dataset.SelectedImages;
import io.faultline.dataset.StratifiedSplit;
import io.faultline.dataset.SyntheticShapes;
import io.faultline.json.FaultlineJson;
import io.faultline.recipe.DatasetRecipe;
import io.faultline.recipe.Seed;
import io.faultline.recipe.Split;
import io.faultline.recipe.SubsetRecipe;
import io.faultline.recipe.SyntheticDatasetRecipe;
import io.faultline.recipe.UploadedDatasetRecipe;
import io.faultline.worker.StageContext;
import io.faultline.worker.WorkRejectedException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * The data set that a recipe names, as it was before any protection, open for single images.
 *
 * @param images closed by whoever opened it
 * @param unpacked the archive that is read in place of the uploaded one; null if the upload itself, or none, is read
 */
record CleanDataset(ImageSource images, ArtifactId unpacked) {
    /**
     * Opens it. An upload out of which single images cannot be had is unpacked into the store first.
     *
     * @param unpacked where that was done before; null if it was not
     * @throws WorkRejectedException if there is no such upload, it is no data set, or it has too few images
     * @throws io.faultline.recipe.InvalidRecipeException if it does not have the classes that the recipe keeps
     */
    static CleanDataset open(DatasetRecipe recipe, ArtifactId unpacked, StageContext context) {
        context.beginPhase("opening the data set", 0, "images");
        if (recipe instanceof SyntheticDatasetRecipe synthetic) {
            return new CleanDataset(
                    SyntheticShapes.open(synthetic.trainPerClass(), synthetic.testPerClass(), synthetic.seed()), null);
        }
        if (recipe instanceof UploadedDatasetRecipe uploaded) {
            return open(uploaded, unpacked, context);
        }
        throw new IllegalStateException("no reading of " + recipe.getClass().getSimpleName());
    }

    /**
     * What the data set's keys are bound to: its content, however many of a class's images a recipe takes. A choice of classes
     * gives labels other meanings, so that its keys are its own.
     */
    byte[] digest(DatasetRecipe recipe) {
        if (!(recipe instanceof UploadedDatasetRecipe uploaded)) {
            return sha256(FaultlineJson.canonicalBytes(recipe));
        }
        return uploaded.choice().isAll()
                ? HexFormat.of().parseHex(uploaded.artifact().sha256())
                : sha256(FaultlineJson.canonicalBytes(new ChosenClasses(uploaded.artifact(), images.classes())));
    }

    private record ChosenClasses(ArtifactId artifact, List<String> classes) {}

    private static CleanDataset open(UploadedDatasetRecipe uploaded, ArtifactId unpacked, StageContext context) {
        try {
            if (unpacked != null) {
                ImageSource images = DatasetReader.open(context.artifacts().localCopy(unpacked));
                return new CleanDataset(narrowed(images, uploaded), unpacked);
            }
            Path archive = context.artifacts().localCopy(uploaded.artifact());
            ImageSource images = DatasetReader.open(archive);
            if (images.hasRandomAccess()) {
                return new CleanDataset(narrowed(images, uploaded), null);
            }
            images.close();
            context.beginPhase("unpacking the data set", 0, "files");
            ArtifactId plain = context.artifacts()
                    .write(ArtifactKind.DATASET_SOURCE, out -> DatasetReader.repack(archive, out))
                    .id();
            context.throwIfStopped();
            return open(uploaded, plain, context);
        } catch (ArtifactNotFoundException e) {
            throw new WorkRejectedException(
                    "dataset.artifact is " + uploaded.artifact()
                            + ", which was never uploaded here or was deleted; upload"
                            + " the data set again (POST /api/v1/datasets) and use the id of the answer",
                    e);
        } catch (InvalidDatasetException e) {
            throw new WorkRejectedException("dataset " + uploaded.artifact() + ": " + e.getMessage(), e);
        }
    }

    private static ImageSource narrowed(ImageSource whole, UploadedDatasetRecipe uploaded) {
        try {
            ImageSource chosen = uploaded.choice().isAll()
                    ? whole
                    : SelectedImages.ofClasses(whole, uploaded.choice().of(whole.classes()));
            return uploaded.subset() == null ? chosen : drawn(chosen, uploaded.subset());
        } catch (RuntimeException e) {
            whole.close();
            throw e;
        }
    }

    private static ImageSource drawn(ImageSource whole, SubsetRecipe subset) {
        return new SelectedImages(
                whole,
                places(
                        whole,
                        Split.TRAINING,
                        subset.trainPerClass(),
                        subset.seed().derive("train")),
                places(whole, Split.TEST, subset.testPerClass(), subset.seed().derive("test")));
    }

    private static int[] places(ImageSource whole, Split split, int perClass, Seed seed) {
        return StratifiedSplit.draw(whole.index(split).labels(), perClass, seed);
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
