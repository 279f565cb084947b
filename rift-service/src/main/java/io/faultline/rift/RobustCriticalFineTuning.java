package io.faultline.rift;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import io.faultline.artifact.ArtifactId;
import io.faultline.artifact.ArtifactKind;
import io.faultline.artifact.ArtifactRef;
import io.faultline.checkpoint.InvalidCheckpointException;
import io.faultline.dataset.InvalidDatasetException;
import io.faultline.event.JobCompleted;
import io.faultline.event.JobEvent;
import io.faultline.event.ModelReady;
import io.faultline.event.ModuleTask;
import io.faultline.event.StageName;
import io.faultline.event.Topics;
import io.faultline.measurement.RequestedDevice;
import io.faultline.recipe.AttackRecipe;
import io.faultline.recipe.AugmentationRecipe;
import io.faultline.recipe.CriticalityRecipe;
import io.faultline.recipe.EvaluationRecipe;
import io.faultline.recipe.InvalidRecipeException;
import io.faultline.recipe.Recipe;
import io.faultline.recipe.RiftRecipe;
import io.faultline.recipe.Seed;
import io.faultline.recipe.Split;
import io.faultline.recipe.TrainingRecipe;
import io.faultline.report.RiftReport;
import io.faultline.rift.choice.ModuleChoice;
import io.faultline.rift.choice.ModuleSelection;
import io.faultline.rift.criticality.ActivationBudget;
import io.faultline.rift.criticality.CriticalityRanking;
import io.faultline.rift.criticality.NonFiniteCriticalityException;
import io.faultline.rift.document.Platform;
import io.faultline.rift.document.Refinement;
import io.faultline.rift.document.RefinementDocument;
import io.faultline.rift.interpolation.AlphaSearch;
import io.faultline.rift.interpolation.ChoosingSplit;
import io.faultline.vision.ComputeDevice;
import io.faultline.vision.VisionException;
import io.faultline.vision.network.NamedModule;
import io.faultline.vision.network.NamedModules;
import io.faultline.worker.ScatteredStage;
import io.faultline.worker.StageContext;
import io.faultline.worker.StageInput;
import io.faultline.worker.WorkRejectedException;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * The last stage of a job (RiFT, Zhu et al., ICCV 2023): finds the module whose weights matter least to robustness, fine-tunes
 * it on clean images, and goes as far towards the result as robust accuracy allows. Criticality is measured module by module, on
 * as many replicas as there are; who measures the last module does the rest.
 *
 * @implNote Module, epoch and α are chosen on the held-out split, unless the recipe says otherwise; the authors choose all three on
 *     the test split, which here is measured once, at the end.
 */
@ApplicationScoped
class RobustCriticalFineTuning implements ScatteredStage<ModelReady, ModuleTask, MeasuredModule, RiftReport> {
    private static final Path SCRATCH = Path.of(System.getProperty("java.io.tmpdir"));

    private final RequestedDevice device;
    private final String version;
    private final RefinementDocument document = new RefinementDocument();
    private final CriticalityWork criticality;

    @Inject
    RobustCriticalFineTuning(RiftConfig config, @ConfigProperty(name = "quarkus.application.version") String version) {
        this(config.device(), new ActivationBudget(config.activationMemory().asLongValue(), SCRATCH), version);
    }

    RobustCriticalFineTuning(String device, ActivationBudget budget, String version) {
        this.device =
                new RequestedDevice(device, "faultline.rift.device").alone().present();
        this.version = version;
        criticality = new CriticalityWork(this.device.own(), budget);
    }

    @Override
    public StageName name() {
        return StageName.RIFT;
    }

    @Override
    public Class<ModelReady> eventType() {
        return ModelReady.class;
    }

    @Override
    public Class<RiftReport> reportType() {
        return RiftReport.class;
    }

    @Override
    public String topic() {
        return Topics.MODEL_READY;
    }

    @Override
    public int version() {
        return 2;
    }

    @Override
    public Class<ModuleTask> taskType() {
        return ModuleTask.class;
    }

    @Override
    public String taskCloudEventType() {
        return ModuleTask.TYPE;
    }

    @Override
    public Class<MeasuredModule> partType() {
        return MeasuredModule.class;
    }

    /** What the report depends on beside the bytes of data set, checkpoint and published corruptions. */
    record Settings(
            RiftRecipe rift,
            double validationFraction,
            AugmentationRecipe augmentation,
            AttackRecipe evaluationAttack,
            Seed seed) {}

    @Override
    public StageInput input(ModelReady event) {
        TrainingRecipe training = event.recipe().training();
        Stream<ArtifactId> corruptions =
                Optional.ofNullable(event.recipe().rift().evaluation())
                        .flatMap(EvaluationRecipe::publishedCorruptions)
                        .stream();
        return new StageInput(
                Stream.concat(
                                Stream.of(
                                        event.training().checkpoint().id(),
                                        event.dataset().dataset().id()),
                                corruptions)
                        .toList(),
                new Settings(
                        event.recipe().rift(),
                        training.validationFraction(),
                        training.augmentation(),
                        training.evaluationAttack(),
                        event.recipe().seed()));
    }

    @Override
    public List<ModuleTask> scatter(ModelReady event, StageContext context) {
        return refusing(() -> {
            Recipe recipe = event.recipe();
            device.require(recipe.training().device());
            NamedModules modules = TrainedModel.network(
                            event.training().checkpoint(),
                            event.dataset().classes().size(),
                            context)
                    .modules();
            // names and numbers that the network does not have are refused before anything is measured
            ModuleChoice choice = new ModuleChoice(recipe.rift().choice(), modules);
            if (!choice.recipe().rule().byCriticality()) {
                return List.of(task(event, null, null, 0, 1));
            }
            ArtifactRef examples = criticality.examples(event, context).examples();
            List<NamedModule> all = modules.modules();
            return IntStream.range(0, all.size())
                    .mapToObj(place -> task(event, examples, all.get(place), place, all.size()))
                    .toList();
        });
    }

    private static ModuleTask task(ModelReady event, ArtifactRef examples, NamedModule module, int place, int modules) {
        return new ModuleTask(
                event.jobId(),
                event.recipe(),
                event.dataset(),
                event.training(),
                examples,
                module == null ? null : module.path(),
                place,
                modules);
    }

    @Override
    public ModelReady whole(ModuleTask task) {
        return new ModelReady(task.jobId(), task.recipe(), task.dataset(), task.training());
    }

    @Override
    public int place(ModuleTask task) {
        return task.place();
    }

    @Override
    public int siblings(ModuleTask task) {
        return task.modules();
    }

    @Override
    public MeasuredModule runTask(ModuleTask task, StageContext context) {
        device.require(task.recipe().training().device());
        return task.module() == null ? new MeasuredModule(null, 0) : refusing(() -> criticality.measure(task, context));
    }

    @Override
    public RiftReport gather(ModuleTask task, List<MeasuredModule> parts, StageContext context) {
        criticality.close();
        return refusing(() -> {
            RiftImages images = RiftImages.read(whole(task), context);
            try (NDManager manager = ComputeDevice.open(device.own());
                    TrainedModel model =
                            TrainedModel.read(task.training().checkpoint(), images.classes(), context, manager)) {
                return refine(task, parts, images, new RefinementRun(task, context, model, images, manager), context);
            }
        });
    }

    private RiftReport refine(
            ModuleTask task, List<MeasuredModule> parts, RiftImages images, RefinementRun run, StageContext context) {
        Stopwatch watch = new Stopwatch();
        run.refuseUnlessTestable();
        RiftRecipe recipe = task.recipe().rift();
        ChoosingSplit split = ChoosingSplit.of(recipe.chosenOn(), images.of(recipe.chosenOn()), images.classes());
        CriticalityRanking ranking = task.module() == null ? null : ranking(task, parts, images);
        ArtifactRef stored = ranking == null ? null : run.store(ranking);
        ModuleSelection selection = run.choose(ranking);
        RefinementRun.FineTuned tuned = run.fineTune(selection.modules());
        AlphaSearch.Found found = run.search(tuned.line());
        double alpha = found.choice().alpha();
        ArtifactRef checkpoint = run.store(selection.modules(), tuned.line(), alpha);
        var before = run.test("test split, before", tuned.line(), 0);
        // at α = 0 the weights are the trained ones, bit for bit: a second measurement could only repeat the first
        var after = alpha == 0 ? before : run.test("test split, after", tuned.line(), alpha);
        RefinementComparison comparison = new RefinementComparison(before, after);
        double seconds = watch.seconds()
                + parts.stream().mapToDouble(MeasuredModule::seconds).sum()
                + (ranking == null
                        ? 0
                        : criticality.examples(whole(task), context).seconds());
        List<String> notes = new ArrayList<>(notes(recipe.criticality(), ranking));
        notes.addAll(split.notes(
                recipe.interpolation().tolerance(), found.path().get(0).robust()));
        notes.addAll(comparison.notes());
        RiftReport report = new RiftReport(
                checkpoint,
                stored,
                task.examples(),
                null,
                null,
                ranking == null ? List.of() : ranking.ascending(),
                selection.modules().stream().map(NamedModule::path).toList(),
                selection.reason(),
                tuned.epochs(),
                tuned.chosenEpoch(),
                found.path(),
                alpha,
                found.choice().reason(),
                comparison.figuresBefore(),
                comparison.figuresAfter(),
                comparison.change(),
                device.own(),
                seconds,
                notes,
                comparison.suspicions());
        return documented(task, report, context);
    }

    private static CriticalityRanking ranking(ModuleTask task, List<MeasuredModule> parts, RiftImages images) {
        CriticalityRecipe asked = task.recipe().rift().criticality();
        int split = images.of(asked.split()).size();
        return new CriticalityRanking(
                parts.stream().map(MeasuredModule::criticality).toList(),
                asked.examples() == null ? split : Math.min(asked.examples(), split),
                asked.radius());
    }

    private static List<String> notes(CriticalityRecipe criticality, CriticalityRanking ranking) {
        return ranking != null && criticality.split() == Split.TEST
                ? List.of(
                        "Criticality was measured on the test split, as in the authors' script, so that figures on it flatter"
                                + " the choice of the module.")
                : List.of();
    }

    /** The report with its two documents, which tell all that it tells. */
    private RiftReport documented(ModuleTask task, RiftReport report, StageContext context) {
        Refinement refinement = new Refinement(
                task.jobId(),
                task.recipe(),
                task.dataset(),
                task.training(),
                report,
                Map.of("job", task.recipe().seed()),
                Platform.here(version, Engine.getEngine("PyTorch")));
        byte[] json = RefinementDocument.json(refinement);
        ArtifactRef data = context.artifacts().write(ArtifactKind.REPORT, out -> out.write(json));
        byte[] html = document.html(refinement, data);
        ArtifactRef page = context.artifacts().write(ArtifactKind.REPORT, out -> out.write(html));
        return report.with(page, data);
    }

    @Override
    public JobEvent completed(ModelReady event, RiftReport report) {
        return new JobCompleted(event.jobId(), event.recipe(), event.dataset(), event.training(), report);
    }

    @PreDestroy
    void close() {
        criticality.close();
    }

    private static <T> T refusing(Supplier<T> work) {
        try {
            return work.get();
        } catch (VisionException
                | InvalidCheckpointException
                | InvalidDatasetException
                | InvalidRecipeException
                | NonFiniteCriticalityException e) {
            throw new WorkRejectedException(e.getMessage(), e);
        }
    }
}
