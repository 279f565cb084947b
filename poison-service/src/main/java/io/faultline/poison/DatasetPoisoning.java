package io.faultline.poison;

import io.faultline.artifact.ArtifactId;
import io.faultline.artifact.ArtifactKind;
import io.faultline.artifact.ArtifactRef;
import io.faultline.dataset.DatasetManifest;
import io.faultline.dataset.DatasetWriter;
import io.faultline.dataset.ImageDataset;
import io.faultline.dataset.RgbImage;
import io.faultline.event.DatasetReady;
import io.faultline.event.JobCompleted;
import io.faultline.event.JobEvent;
import io.faultline.event.JobSubmitted;
import io.faultline.event.StageName;
import io.faultline.event.Topics;
import io.faultline.poison.cuda.FilterBank;
import io.faultline.poison.cuda.FilterBankGenerator;
import io.faultline.poison.cuda.KeyedFilters;
import io.faultline.poison.cuda.NumpySeededFilters;
import io.faultline.poison.cuda.UnlearnableDataset;
import io.faultline.poison.key.MasterKey;
import io.faultline.recipe.CudaRecipe;
import io.faultline.recipe.DatasetRecipe;
import io.faultline.recipe.Recipe;
import io.faultline.recipe.Seed;
import io.faultline.recipe.UploadedDatasetRecipe;
import io.faultline.report.DatasetReport;
import io.faultline.worker.ProgressPhase;
import io.faultline.worker.Stage;
import io.faultline.worker.StageContext;
import io.faultline.worker.StageInput;
import io.faultline.worker.WorkRejectedException;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.BitSet;
import java.util.List;

/**
 * The first stage of a job: reads the data set, protects its training images with class-wise convolutions if the recipe says
 * so, and stores it for the stages to come.
 */
@ApplicationScoped
class DatasetPoisoning implements Stage<JobSubmitted, DatasetReport> {
    private final KeyCustody custody;

    DatasetPoisoning(KeyCustody custody) {
        this.custody = custody;
    }

    @Override
    public StageName name() {
        return StageName.POISON;
    }

    @Override
    public Class<JobSubmitted> eventType() {
        return JobSubmitted.class;
    }

    @Override
    public Class<DatasetReport> reportType() {
        return DatasetReport.class;
    }

    @Override
    public String topic() {
        return Topics.JOB_SUBMITTED;
    }

    @Override
    public int version() {
        return 1;
    }

    /**
     * What the report depends on beside the upload's bytes.
     *
     * @param keyId of the master key, if the filters come from it
     * @param seed of the job, if it chooses the images that are protected
     */
    record Settings(DatasetRecipe dataset, CudaRecipe poison, String keyId, Seed seed) {}

    @Override
    public StageInput input(JobSubmitted event) {
        Recipe recipe = event.recipe();
        CudaRecipe poison = recipe.poison();
        boolean chooses = poison != null && poison.fraction() > 0 && poison.fraction() < 1;
        List<ArtifactId> uploads =
                recipe.dataset() instanceof UploadedDatasetRecipe uploaded ? List.of(uploaded.artifact()) : List.of();
        return new StageInput(
                uploads, new Settings(recipe.dataset(), poison, keyId(poison), chooses ? recipe.seed() : null));
    }

    @Override
    public DatasetReport run(JobSubmitted event, StageContext context) {
        Recipe recipe = event.recipe();
        CudaRecipe poison = recipe.poison();
        refuseWithoutKey(poison);
        ImageDataset clean = CleanDataset.load(recipe.dataset(), context);
        context.throwIfStopped();
        if (poison == null) {
            return report(store(ArtifactKind.DATASET_CLEAN, clean, new BitSet(), context), recipe, clean, 0, 0);
        }
        refuseLargeKernel(poison.kernelSize(), clean);
        UnlearnableDataset unlearnable = protect(clean, poison, recipe.seed(), context);
        ArtifactRef artifact =
                store(ArtifactKind.DATASET_CUDA, unlearnable.dataset(), unlearnable.protectedPlaces(), context);
        return report(artifact, recipe, clean, unlearnable.protectedPlaces().cardinality(), unlearnable.clippedShare());
    }

    @Override
    public JobEvent completed(JobSubmitted event, DatasetReport report) {
        return name().next(event.recipe()).isPresent()
                ? new DatasetReady(event.jobId(), event.recipe(), report)
                : new JobCompleted(event.jobId(), event.recipe(), report, null, null);
    }

    private UnlearnableDataset protect(ImageDataset clean, CudaRecipe poison, Seed seed, StageContext context) {
        FilterBank filters =
                generator(poison, clean).generate(clean.classes().size(), poison.kernelSize(), poison.blur());
        ProgressPhase phase = context.beginPhase(
                "protecting the training images",
                Math.round(poison.fraction() * clean.train().size()),
                "images");
        return UnlearnableDataset.protect(
                clean, filters, poison.fraction(), seed.derive("protected-images"), images -> {
                    phase.advance(images);
                    context.throwIfStopped();
                });
    }

    private FilterBankGenerator generator(CudaRecipe poison, ImageDataset clean) {
        return poison.numpySeed() == null
                ? new KeyedFilters(custody.masterKey().orElseThrow().forDataset(DatasetDigest.of(clean)))
                : new NumpySeededFilters(poison.numpySeed());
    }

    private static ArtifactRef store(
            ArtifactKind kind, ImageDataset dataset, BitSet protectedPlaces, StageContext context) {
        context.beginPhase(
                "storing the data set", dataset.train().size() + dataset.test().size(), "images");
        DatasetManifest manifest = DatasetManifest.of(dataset, protectedPlaces);
        return context.artifacts().write(kind, out -> DatasetWriter.write(dataset, manifest, out));
    }

    private DatasetReport report(
            ArtifactRef artifact, Recipe recipe, ImageDataset clean, int protectedImages, double clippedShare) {
        CudaRecipe poison = recipe.poison();
        return new DatasetReport(
                artifact,
                clean.classes(),
                clean.train().size(),
                clean.test().size(),
                protectedImages,
                keyId(poison),
                poison != null && poison.numpySeed() != null,
                clippedShare);
    }

    /** Null unless the filters come from the master key and there is one. */
    private String keyId(CudaRecipe poison) {
        return needsKey(poison) ? custody.masterKey().map(MasterKey::id).orElse(null) : null;
    }

    private static boolean needsKey(CudaRecipe poison) {
        return poison != null && poison.numpySeed() == null;
    }

    private void refuseWithoutKey(CudaRecipe poison) {
        if (needsKey(poison) && custody.masterKey().isEmpty()) {
            throw new WorkRejectedException(
                    "poison asks for filters from the master key, and this service has none; give it one"
                            + " (faultline.poison.master-key-file), or a numpySeed, which is insecure",
                    null);
        }
    }

    private static void refuseLargeKernel(int kernelSize, ImageDataset dataset) {
        for (RgbImage image : dataset.train().images()) {
            if (kernelSize > Math.min(image.height(), image.width())) {
                throw new WorkRejectedException(
                        "poison.kernelSize is " + kernelSize + " and the data set has an image of " + image.height()
                                + "×" + image.width() + "; allowed: a kernel no larger than the images",
                        null);
            }
        }
    }
}
