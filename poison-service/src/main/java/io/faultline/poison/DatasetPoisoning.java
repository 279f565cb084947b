package io.faultline.poison;

import io.faultline.artifact.ArtifactId;
import io.faultline.dataset.DatasetForm;
import io.faultline.dataset.ImageEncoding;
import io.faultline.dataset.ImageSource;
import io.faultline.dataset.InvalidDatasetException;
import io.faultline.dataset.Shard;
import io.faultline.event.DatasetReady;
import io.faultline.event.DatasetShard;
import io.faultline.event.JobCompleted;
import io.faultline.event.JobEvent;
import io.faultline.event.JobSubmitted;
import io.faultline.event.StageName;
import io.faultline.event.Topics;
import io.faultline.poison.cuda.FilterBank;
import io.faultline.poison.cuda.FilterBankGenerator;
import io.faultline.poison.cuda.KeyedFilters;
import io.faultline.poison.cuda.NumpySeededFilters;
import io.faultline.poison.key.MasterKey;
import io.faultline.recipe.CudaRecipe;
import io.faultline.recipe.DatasetRecipe;
import io.faultline.recipe.ImageSelection;
import io.faultline.recipe.PublishedFormat;
import io.faultline.recipe.Recipe;
import io.faultline.recipe.Seed;
import io.faultline.recipe.Split;
import io.faultline.recipe.UploadedDatasetRecipe;
import io.faultline.report.DatasetReport;
import io.faultline.worker.ProgressPhase;
import io.faultline.worker.ScatteredStage;
import io.faultline.worker.StageContext;
import io.faultline.worker.StageInput;
import io.faultline.worker.WorkRejectedException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The first stage of a job: reads the data set, protects its training images with class-wise convolutions if the recipe says
 * so, and stores it for the stages to come. It works shard by shard, on as many pods as there are, in memory that does not
 * grow with the data set.
 */
@ApplicationScoped
class DatasetPoisoning implements ScatteredStage<JobSubmitted, DatasetShard, ShardReport, DatasetReport> {
    private static final int SIMILARITY_IMAGES = 32;

    private final KeyCustody custody;
    private final int shardImages;
    /** The last data set worked on, since the next shard is most often one of the same. */
    private OpenPlan open;

    private record OpenPlan(Settings settings, int imagesPerShard, PoisonPlan plan) {}

    @Inject
    DatasetPoisoning(KeyCustody custody, PoisonConfig config) {
        this(custody, config.shardImages());
    }

    DatasetPoisoning(KeyCustody custody, int shardImages) {
        this.custody = custody;
        this.shardImages = shardImages;
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
        return 2;
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
        List<ArtifactId> uploads =
                recipe.dataset() instanceof UploadedDatasetRecipe uploaded ? List.of(uploaded.artifact()) : List.of();
        return new StageInput(uploads, settings(recipe));
    }

    private Settings settings(Recipe recipe) {
        CudaRecipe poison = recipe.poison();
        boolean chooses = poison != null
                && (poison.selection() == ImageSelection.COIN || poison.fraction() > 0 && poison.fraction() < 1);
        return new Settings(recipe.dataset(), poison, keyId(poison), chooses ? recipe.seed() : null);
    }

    @Override
    public JobEvent completed(JobSubmitted event, DatasetReport report) {
        return name().next(event.recipe()).isPresent()
                ? new DatasetReady(event.jobId(), event.recipe(), report)
                : new JobCompleted(event.jobId(), event.recipe(), report, null, null);
    }

    @Override
    public Class<DatasetShard> taskType() {
        return DatasetShard.class;
    }

    @Override
    public String taskCloudEventType() {
        return DatasetShard.TYPE;
    }

    @Override
    public Class<ShardReport> partType() {
        return ShardReport.class;
    }

    @Override
    public List<DatasetShard> scatter(JobSubmitted event, StageContext context) {
        PoisonPlan plan = plan(event.recipe(), null, shardImages, context);
        int shards = plan.shards().size();
        return IntStream.range(0, shards)
                .mapToObj(shard ->
                        new DatasetShard(event.jobId(), event.recipe(), plan.unpacked(), shardImages, shard, shards))
                .toList();
    }

    @Override
    public JobSubmitted whole(DatasetShard task) {
        return new JobSubmitted(task.jobId(), task.recipe());
    }

    @Override
    public int place(DatasetShard task) {
        return task.shard();
    }

    @Override
    public int siblings(DatasetShard task) {
        return task.shards();
    }

    @Override
    public ShardReport runTask(DatasetShard task, StageContext context) {
        PoisonPlan plan = plan(task.recipe(), task.source(), task.imagesPerShard(), context);
        ProgressPhase phase = context.beginPhase(
                plan.protection() == null ? "reading the images" : "protecting the images", plan.size(), "images");
        phase.resume(doneElsewhere(plan, context));
        ShardWork work = new ShardWork(plan, task.shard(), similarityPlaces(plan), context.checkpoints(), images -> {
            phase.advance(images);
            context.throwIfStopped();
        });
        try {
            return work.run();
        } catch (InvalidDatasetException e) {
            throw new WorkRejectedException("the data set: " + e.getMessage(), e);
        }
    }

    /** The first protected images of each class: SSIM of all would take longer than all the rest. */
    private static BitSet similarityPlaces(PoisonPlan plan) {
        int[] labels = plan.images().index(Split.TRAINING).labels();
        int[] taken = new int[plan.images().classes().size()];
        BitSet places = new BitSet();
        plan.protectedPlaces().stream()
                .filter(place -> taken[labels[place]]++ < SIMILARITY_IMAGES)
                .forEach(places::set);
        return places;
    }

    private static long doneElsewhere(PoisonPlan plan, StageContext context) {
        ShardFiles files = new ShardFiles(context.checkpoints(), plan.shards().size());
        return IntStream.range(0, plan.shards().size())
                .filter(files::hasContent)
                .mapToLong(shard -> plan.shards().get(shard).size())
                .sum();
    }

    @Override
    public DatasetReport gather(DatasetShard task, List<ShardReport> parts, StageContext context) {
        CudaRecipe poison = task.recipe().poison();
        PoisonPlan plan = plan(task.recipe(), task.source(), task.imagesPerShard(), context);
        return new DatasetGathering(plan, parts, context).gather(poison, keyId(poison), isInsecure(poison));
    }

    private PoisonPlan plan(Recipe recipe, ArtifactId unpacked, int imagesPerShard, StageContext context) {
        Settings settings = settings(recipe);
        if (open != null && open.settings().equals(settings) && open.imagesPerShard() == imagesPerShard) {
            return open.plan();
        }
        if (open != null) {
            open.plan().close();
            open = null;
        }
        refuseWithoutKey(recipe.poison());
        CleanDataset clean = CleanDataset.open(recipe.dataset(), unpacked, context);
        try {
            open = new OpenPlan(settings, imagesPerShard, plan(recipe, clean, imagesPerShard));
        } catch (RuntimeException e) {
            clean.images().close();
            throw e;
        }
        return open.plan();
    }

    private PoisonPlan plan(Recipe recipe, CleanDataset clean, int imagesPerShard) {
        ImageSource images = clean.images();
        List<Shard> shards = Shard.cut(
                images.index(Split.TRAINING).size(), images.index(Split.TEST).size(), imagesPerShard);
        CudaRecipe poison = recipe.poison();
        if (poison == null) {
            return new PoisonPlan(images, clean.unpacked(), shards, null, ImageEncoding.png());
        }
        FilterBank drawn = generator(poison, clean.digest(recipe.dataset()))
                .generate(images.classes().size(), poison.kernelSize(), poison.blur());
        Protection protection = Protection.of(poison, ProtectedPlaces.choose(poison, images, recipe.seed()), drawn);
        PoisonPlan plan = new PoisonPlan(images, clean.unpacked(), shards, protection, encoding(poison, images.form()));
        plan.tryFirst();
        return plan;
    }

    private static ImageEncoding encoding(CudaRecipe poison, DatasetForm form) {
        if (poison.format() == PublishedFormat.PNG) {
            return ImageEncoding.png();
        }
        if (form == DatasetForm.CIFAR10_BINARY || form == DatasetForm.CIFAR100_BINARY) {
            throw new WorkRejectedException(
                    "poison.format is jpeg and the data set is in CIFAR's binary form, which holds bare pixels; allowed: png,"
                            + " or a data set of image files",
                    null);
        }
        return ImageEncoding.jpeg(poison.jpegQuality());
    }

    private FilterBankGenerator generator(CudaRecipe poison, byte[] datasetDigest) {
        return poison.numpySeed() == null
                ? new KeyedFilters(key(poison).orElseThrow().forDataset(datasetDigest))
                : new NumpySeededFilters(poison.numpySeed());
    }

    /** The master key that the filters come from; empty with a seed, or if this service does not hold it. */
    private Optional<MasterKey> key(CudaRecipe poison) {
        if (poison == null || poison.numpySeed() != null) {
            return Optional.empty();
        }
        return poison.keyId() == null ? custody.masterKey() : custody.masterKey(poison.keyId());
    }

    /** Null unless the filters come from the master key and there is one. */
    private String keyId(CudaRecipe poison) {
        return key(poison).map(MasterKey::id).orElse(null);
    }

    private static boolean isInsecure(CudaRecipe poison) {
        return poison != null && poison.numpySeed() != null;
    }

    private void refuseWithoutKey(CudaRecipe poison) {
        if (poison == null || poison.numpySeed() != null || key(poison).isPresent()) {
            return;
        }
        throw new WorkRejectedException(
                poison.keyId() == null
                        ? "poison asks for filters from the master key, and this service has none; give it one"
                                + " (faultline.poison.master-key-file), or a numpySeed, which is insecure"
                        : "poison.keyId is " + poison.keyId() + ", a key that this service does not hold; allowed: "
                                + custody.ids()
                                + ". Add the key's file to faultline.poison.previous-key-files, or leave keyId"
                                + " out for the newest",
                null);
    }
}
