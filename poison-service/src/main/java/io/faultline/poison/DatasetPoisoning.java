package io.faultline.poison;

import io.faultline.artifact.ArtifactException;
import io.faultline.artifact.ArtifactId;
import io.faultline.artifact.ArtifactKind;
import io.faultline.artifact.ArtifactRef;
import io.faultline.dataset.DatasetManifest;
import io.faultline.dataset.DatasetWriter;
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
import io.faultline.poison.cuda.ClassWiseConvolution;
import io.faultline.poison.cuda.FilterBank;
import io.faultline.poison.cuda.FilterBankGenerator;
import io.faultline.poison.cuda.KeyedFilters;
import io.faultline.poison.cuda.NumpySeededFilters;
import io.faultline.poison.cuda.StratifiedFraction;
import io.faultline.poison.key.MasterKey;
import io.faultline.recipe.CudaRecipe;
import io.faultline.recipe.DatasetRecipe;
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
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The first stage of a job: reads the data set, protects its training images with class-wise convolutions if the recipe says
 * so, and stores it for the stages to come. It works shard by shard, on as many pods as there are, in memory that does not
 * grow with the data set.
 */
@ApplicationScoped
class DatasetPoisoning implements ScatteredStage<JobSubmitted, DatasetShard, ShardReport, DatasetReport> {
    private static final long KIBIBYTE = 1 << 10;

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
        boolean chooses = poison != null && poison.fraction() > 0 && poison.fraction() < 1;
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
    public String taskTopic() {
        return Topics.DATASET_SHARDS;
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
        Shard shard = plan.shards().get(task.shard());
        ProgressPhase phase = context.beginPhase(
                plan.convolution() == null ? "reading the images" : "protecting the images", plan.size(), "images");
        phase.resume(doneElsewhere(plan, context));
        ShardWork work = new ShardWork(plan, shard);
        try {
            context.checkpoints()
                    .write(
                            content(task.shard()),
                            out -> work.write(out, images -> {
                                phase.advance(images);
                                context.throwIfStopped();
                            }));
        } catch (InvalidDatasetException e) {
            throw new WorkRejectedException("the data set: " + e.getMessage(), e);
        }
        return work.report();
    }

    private static long doneElsewhere(PoisonPlan plan, StageContext context) {
        return IntStream.range(0, plan.shards().size())
                .filter(shard -> context.checkpoints().exists(content(shard)))
                .mapToLong(shard -> plan.shards().get(shard).size())
                .sum();
    }

    @Override
    public DatasetReport gather(JobSubmitted event, List<ShardReport> parts, StageContext context) {
        Recipe recipe = event.recipe();
        PoisonPlan plan = openPlan(recipe, parts.size(), context);
        CudaRecipe poison = recipe.poison();
        ProgressPhase phase = context.beginPhase(
                "storing the data set",
                parts.stream().mapToLong(ShardReport::bytes).sum() / KIBIBYTE,
                "KiB");
        DatasetManifest manifest = DatasetManifest.of(
                plan.images(),
                poison == null ? null : new DatasetManifest.Protection("cuda", keyId(poison), isInsecure(poison)),
                parts.stream().flatMap(part -> part.images().stream()).toList());
        ArtifactKind kind = poison == null ? ArtifactKind.DATASET_CLEAN : ArtifactKind.DATASET_CUDA;
        ArtifactRef artifact = context.artifacts()
                .write(kind, out -> new DatasetWriter(plan.images(), ImageEncoding.png())
                        .assemble(manifest, plan.shards(), shard -> content(shard, phase, context), out));
        long protectedValues =
                parts.stream().mapToLong(ShardReport::protectedValues).sum();
        long clippedValues =
                parts.stream().mapToLong(ShardReport::clippedValues).sum();
        return new DatasetReport(
                artifact,
                plan.images().classes(),
                plan.images().index(Split.TRAINING).size(),
                plan.images().index(Split.TEST).size(),
                parts.stream().mapToInt(ShardReport::protectedImages).sum(),
                keyId(poison),
                isInsecure(poison),
                protectedValues == 0 ? 0 : (double) clippedValues / protectedValues);
    }

    private static InputStream content(int shard, ProgressPhase phase, StageContext context) {
        InputStream content = context.checkpoints()
                .open(content(shard))
                .orElseThrow(() ->
                        new ArtifactException("the content of shard " + shard + " is damaged or was taken away", null));
        return new FilterInputStream(content) {
            private long bytes;

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                context.throwIfStopped();
                int count = in.read(target, offset, length);
                long before = bytes / KIBIBYTE;
                bytes += Math.max(0, count);
                phase.advance(bytes / KIBIBYTE - before);
                return count;
            }
        };
    }

    private static String content(int shard) {
        return String.format("content-%06d", shard);
    }

    /** The plan that the parts were made by; whoever gathers has just worked on one of them. */
    private PoisonPlan openPlan(Recipe recipe, int parts, StageContext context) {
        if (open == null
                || !open.settings().equals(settings(recipe))
                || open.plan().shards().size() != parts) {
            throw new IllegalStateException("the " + parts + " parts were made by another plan");
        }
        context.throwIfStopped();
        return open.plan();
    }

    private synchronized PoisonPlan plan(Recipe recipe, ArtifactId unpacked, int imagesPerShard, StageContext context) {
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
        CudaRecipe poison = recipe.poison();
        List<Shard> shards = Shard.cut(
                images.index(Split.TRAINING).size(), images.index(Split.TEST).size(), imagesPerShard);
        if (poison == null) {
            return new PoisonPlan(images, clean.unpacked(), new BitSet(), null, 0, shards);
        }
        FilterBank filters = generator(poison, recipe.dataset())
                .generate(images.classes().size(), poison.kernelSize(), poison.blur());
        BitSet places = StratifiedFraction.draw(
                images.index(Split.TRAINING).labels(),
                images.classes().size(),
                poison.fraction(),
                recipe.seed().derive("protected-images"));
        PoisonPlan plan = new PoisonPlan(
                images, clean.unpacked(), places, new ClassWiseConvolution(filters), poison.kernelSize(), shards);
        plan.tryFirst();
        return plan;
    }

    private FilterBankGenerator generator(CudaRecipe poison, DatasetRecipe dataset) {
        return poison.numpySeed() == null
                ? new KeyedFilters(custody.masterKey().orElseThrow().forDataset(CleanDataset.digest(dataset)))
                : new NumpySeededFilters(poison.numpySeed());
    }

    /** Null unless the filters come from the master key and there is one. */
    private String keyId(CudaRecipe poison) {
        return needsKey(poison) ? custody.masterKey().map(MasterKey::id).orElse(null) : null;
    }

    private static boolean needsKey(CudaRecipe poison) {
        return poison != null && poison.numpySeed() == null;
    }

    private static boolean isInsecure(CudaRecipe poison) {
        return poison != null && poison.numpySeed() != null;
    }

    private void refuseWithoutKey(CudaRecipe poison) {
        if (needsKey(poison) && custody.masterKey().isEmpty()) {
            throw new WorkRejectedException(
                    "poison asks for filters from the master key, and this service has none; give it one"
                            + " (faultline.poison.master-key-file), or a numpySeed, which is insecure",
                    null);
        }
    }
}
