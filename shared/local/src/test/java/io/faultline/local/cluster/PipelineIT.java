package io.faultline.local.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.faultline.artifact.ArtifactRef;
import io.faultline.checkpoint.CheckpointFile;
import io.faultline.dataset.DatasetReader;
import io.faultline.dataset.ImageDataset;
import io.faultline.dataset.LabeledImages;
import io.faultline.dataset.RgbImage;
import io.faultline.dataset.SyntheticShapes;
import io.faultline.event.JobProgressed;
import io.faultline.event.StageName;
import io.faultline.event.Topics;
import io.faultline.job.JobSnapshot;
import io.faultline.job.JobState;
import io.faultline.job.UploadedCheckpoint;
import io.faultline.job.UploadedDataset;
import io.faultline.json.FaultlineJson;
import io.faultline.local.client.DatasetArchive;
import io.faultline.local.client.GatewayClient;
import io.faultline.local.client.JobListener;
import io.faultline.poison.cuda.ClassWiseConvolution;
import io.faultline.poison.cuda.FilterBank;
import io.faultline.poison.cuda.KeyedFilters;
import io.faultline.poison.key.MasterKey;
import io.faultline.recipe.Seed;
import io.faultline.report.EpochReport;
import io.faultline.report.TrainingReport;
import io.faultline.testkit.TinyImages;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The whole road: the four services as processes, the real broker, the real database. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class PipelineIT {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    /** How long a member that was killed stays away; long enough for something to happen meanwhile. */
    private static final RestartDelay OUTAGE = new RestartDelay(Duration.ofSeconds(5), Duration.ofSeconds(5));

    private static final String TINY_DATASET = """
            "dataset": { "source": "synthetic", "trainPerClass": 20, "testPerClass": 4, "seed": 5 },""";
    private static final String TINY_TRAINING = """
            "training": {
              "architecture": "resnet18", "width": 2, "objective": "at", "epochs": 1, "batchSize": 32,
              "attack": { "epsilon": "4/255", "stepSize": "4/255", "steps": 1 },
              "evaluationAttack": { "epsilon": "4/255", "stepSize": "2/255", "steps": 2 },
              "validationFraction": 0.2
            },""";

    @TempDir
    static Path directory;

    private static ClusterHome home;
    private static Cluster cluster;
    private static GatewayClient client;

    @BeforeAll
    static void start() {
        home = new ClusterHome(directory.resolve("home"));
        cluster = Cluster.start(Installation.current(), home, new ClusterPorts(Map.of()), new Silent(), OUTAGE);
        client = new GatewayClient(cluster.state().gatewayAddress());
    }

    @AfterAll
    static void nothingIsLeftRunning() throws IOException {
        if (cluster == null) {
            return;
        }
        // Given
        Set<Long> processes = new TreeSet<>(cluster.state().processes().values());
        processes.add(
                Long.parseLong(Files.readAllLines(home.data(Member.POSTGRES).resolve("tables/postmaster.pid"))
                        .get(0)
                        .trim()));
        List<ProcessHandle> descendants = ProcessHandle.current().descendants().toList();

        // When
        cluster.close();

        // Then
        assertThat(processes).hasSize(7).noneMatch(pid -> ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .isPresent());
        assertThat(descendants).hasSizeGreaterThanOrEqualTo(7).noneMatch(ProcessHandle::isAlive);
    }

    @Test
    void aJobGoesTheWholeRoadAndItsArtifactsCanBeFetched() throws Exception {
        // Given
        String recipe = "{" + TINY_DATASET + TINY_TRAINING + """
                "name": "whole road",
                "poison": { "kernelSize": 3, "blur": 0.3, "fraction": 0.5 },
                "rift": {
                  "criticality": { "rounds": 1, "examples": 20, "batchSize": 20 },
                  "fineTuning": { "epochs": 1, "batchSize": 32 },
                  "interpolation": { "alphas": [0, 0.5, 1], "refinements": 0 }
                },
                "seed": 3
                }""";

        // When
        JobSnapshot ended = complete(submit(recipe));

        // Then
        assertThat(ended.stages()).containsExactly(StageName.POISON, StageName.TRAINING, StageName.RIFT);
        assertThat(ended.result().dataset().protectedImages()).isEqualTo(100);
        assertThat(ended.result().dataset().keyId()).isNotBlank();
        assertThat(ended.result().training().epochs()).hasSize(1);
        assertThat(ended.result().training().testClean().total()).isEqualTo(40);
        assertThat(ended.result().rift().ranking())
                .hasSizeGreaterThanOrEqualTo(18)
                .isSortedAccordingTo(Comparator.comparingDouble(module -> module.mrc()));
        assertThat(ended.result().rift().path())
                .extracting(point -> point.alpha())
                .containsExactly(0.0, 0.5, 1.0);
        for (ArtifactRef artifact : List.of(
                ended.result().dataset().dataset(),
                ended.result().training().checkpoint(),
                ended.result().rift().criticality(),
                ended.result().rift().checkpoint())) {
            byte[] bytes = fetch(artifact);
            assertThat(bytes).hasSize(Math.toIntExact(artifact.size()));
            assertThat(sha256(bytes)).isEqualTo(artifact.id().sha256());
        }
    }

    @Test
    void theKeyAndTheFiltersLeaveNoTraceAnywhere() throws Exception {
        // Given
        String recipe = "{" + TINY_DATASET + TINY_TRAINING + """
                "name": "secrecy",
                "poison": { "controls": ["own-filters", "permuted-filters"], "leakAudit": true },
                "seed": 8
                }""";
        JobSnapshot ended = complete(submit(recipe));
        String reallyThere = ended.id().toString();

        // When
        MasterKey key = MasterKey.fromFile(home.masterKeyFile());
        FilterBank filters = new KeyedFilters(key.forDataset(sha256Bytes(
                        FaultlineJson.canonicalBytes(ended.result().recipe().dataset()))))
                .generate(10, 3, 0.3);
        SecretTraces secrets = new SecretTraces()
                .bytes(
                        "the master key",
                        HexFormat.of()
                                .parseHex(Files.readString(home.masterKeyFile()).strip()));
        for (int label = 0; label < filters.classes(); label++) {
            secrets.numbers("the filter of class " + label, filters.drawn(label));
        }
        SecretTraces control = new SecretTraces().text("the job", reallyThere);

        // Then: these are the filters that the images went through
        assertThat(ended.result().dataset().keyId()).isEqualTo(key.id());
        assertPublishedBy(filters, ended.result().dataset().dataset());
        // topics, tables, logs, artifacts, outcomes, checkpoints
        assertThat(control.in(home.data(Member.KAFKA), null)).isNotEmpty();
        assertThat(control.in(home.logs(), null)).isNotEmpty();
        assertThat(secrets.in(home.directory(), home.masterKeyFile())).isEmpty();
        // what the processes answer, and what they were started with
        for (Member service : List.of(Member.GATEWAY, Member.POISON, Member.TRAINER, Member.RIFT)) {
            assertThat(secrets.in(get(service, "/q/metrics"), service + " metrics"))
                    .isEmpty();
        }
        assertThat(secrets.in(get(Member.GATEWAY, "/api/v1/jobs/" + ended.id()), "the answer"))
                .isEmpty();
        assertThat(secrets.in(
                        ProcessHandle.current()
                                .descendants()
                                .map(process -> process.info().commandLine().orElse(""))
                                .collect(Collectors.joining("\n")),
                        "command lines"))
                .isEmpty();
    }

    private void assertPublishedBy(FilterBank filters, ArtifactRef published) throws Exception {
        ImageDataset clean = SyntheticShapes.generate(20, 4, Seed.of(5));
        Path tar = Files.write(directory.resolve("published.tar"), fetch(published));
        ImageDataset found = DatasetReader.read(tar);
        var convolution = new ClassWiseConvolution(filters);
        for (int i = 0; i < clean.train().size(); i++) {
            assertThat(found.train().images().get(i).pixels())
                    .isEqualTo(convolution
                            .apply(clean.train().images().get(i), clean.train().labels()[i])
                            .image()
                            .pixels());
        }
        Files.delete(tar);
    }

    private static byte[] sha256Bytes(byte[] bytes) throws Exception {
        return MessageDigest.getInstance("SHA-256").digest(bytes);
    }

    private static String get(Member member, String path) throws Exception {
        int port = cluster.state().ports().get(member.label());
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    @Test
    void aTrainerKilledInMidEpochGivesTheSameWeightsAsAnUndisturbedOne() throws Exception {
        // Given
        String recipe = """
                {
                "name": "killed trainer",
                "dataset": { "source": "synthetic", "trainPerClass": 150, "testPerClass": 4, "seed": 6 },
                "training": {
                  "architecture": "resnet18", "width": 4, "objective": "erm", "epochs": 3, "batchSize": 50,
                  "validationFraction": 0.1
                },
                "seed": 4
                }""";
        JobSnapshot submitted = submit(recipe);
        long trainer = cluster.state().processes().get(Member.TRAINER.label());
        CountDownLatch midEpoch = new CountDownLatch(1);
        CompletableFuture<JobSnapshot> end = CompletableFuture.supplyAsync(() -> client.follow(
                submitted.id(),
                new Listening(
                        progress -> progress.stage() == StageName.TRAINING
                                && progress.phase().startsWith("epoch 2")
                                && progress.done() > 0
                                && progress.done() < progress.total(),
                        midEpoch)));
        assertThat(midEpoch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();

        // When
        ProcessHandle.of(trainer).orElseThrow().destroyForcibly();
        assertThat(client.job(submitted.id()).stage()).isEqualTo(StageName.TRAINING);
        TrainingReport disturbed = completed(end.join()).result().training();

        // Then
        assertThat(cluster.state().processes().get(Member.TRAINER.label())).isNotEqualTo(trainer);

        // When: nothing remembers that it was done before
        delete(home.store().resolve("outcomes"));
        delete(home.store().resolve("checkpoints"));
        TrainingReport undisturbed = complete(submit(recipe)).result().training();

        // Then
        assertThat(disturbed.checkpoint().id())
                .isEqualTo(undisturbed.checkpoint().id());
        assertThat(disturbed.testClean()).isEqualTo(undisturbed.testClean());
        assertThat(disturbed.epochs())
                .extracting(EpochReport::loss)
                .isEqualTo(undisturbed.epochs().stream().map(EpochReport::loss).toList());
    }

    @Test
    void aPyTorchCheckpointIsRefinedWithoutTrainingAndComesBackAsPyTorchReadsIt() throws Exception {
        // Given: what torch.save might have written, under the names of its own
        JobSnapshot trained =
                complete(submit("{" + TINY_DATASET + TINY_TRAINING + "\"name\": \"to be imported\", \"seed\": 11}"));
        byte[] pth = fetch(
                "/api/v1/artifacts/" + trained.result().training().checkpoint().id() + "?format=pth");
        ArtifactRef uploaded = upload(pth);

        // When
        JobSnapshot ended = complete(submit("{" + TINY_DATASET + """
                "name": "RiFT alone",
                "training": {
                  "architecture": "resnet18", "width": 2, "objective": "at", "epochs": 0,
                  "start": { "checkpoint": "%s" },
                  "evaluationAttack": { "epsilon": "4/255", "stepSize": "2/255", "steps": 2 },
                  "validationFraction": 0.2
                },
                "rift": {
                  "choice": { "modules": ["layer2.0.conv2"] },
                  "fineTuning": { "epochs": 1, "batchSize": 32, "sgd": { "learningRate": 0.1 } },
                  "interpolation": { "alpha": 1 }
                },
                "seed": 11
                }""".formatted(uploaded.id())));

        // Then
        assertThat(ended.result().training().imported()).isNotNull();
        assertThat(ended.result().training().epochs()).isEmpty();
        var before = CheckpointFile.read(pth).tensors();
        var after = CheckpointFile.read(fetch("/api/v1/artifacts/"
                        + ended.result().rift().checkpoint().id() + "?format=pth"))
                .tensors();
        assertThat(after.keySet()).containsExactlyElementsOf(before.keySet());
        assertThat(after.keySet().stream()
                        .filter(name -> !Arrays.equals(
                                before.get(name).bytes(), after.get(name).bytes())))
                .containsExactly("layer2.0.conv2.weight");
        assertThat(new String(fetch(ended.result().rift().document()), StandardCharsets.UTF_8))
                .contains("RiFT alone")
                .contains("layer2.0.conv2");
    }

    private static ArtifactRef upload(byte[] checkpoint) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(cluster.state().gatewayAddress().resolve("/api/v1/checkpoints"))
                                .header("Content-Type", "application/octet-stream")
                                .POST(HttpRequest.BodyPublishers.ofByteArray(checkpoint))
                                .build(),
                        HttpResponse.BodyHandlers.ofByteArray());
        assertThat(response.statusCode()).isEqualTo(201);
        return FaultlineJson.read(response.body(), UploadedCheckpoint.class).artifact();
    }

    @Test
    void theSameKeyTwiceIsOneJob() {
        // Given
        String key = UUID.randomUUID().toString();
        byte[] recipe = ("{" + TINY_DATASET + "\"name\": \"posted twice\"}").getBytes(StandardCharsets.UTF_8);

        // When
        JobSnapshot first = client.submit(recipe, key);
        JobSnapshot second = client.submit(recipe, key);

        // Then
        assertThat(second.id()).isEqualTo(first.id());
        complete(first);
        assertThat(client.jobs(100).jobs().stream().filter(job -> job.name().equals("posted twice")))
                .hasSize(1);
    }

    @Test
    void anEventDeliveredTwiceGivesOneResult() throws Exception {
        // Given
        JobSnapshot ended =
                complete(submit("{" + TINY_DATASET + TINY_TRAINING + "\"name\": \"told twice\", \"seed\": 8}"));
        Set<String> outcomes = files(home.store().resolve("outcomes"));
        Set<String> artifacts = files(home.store().resolve("artifacts"));

        // When
        sendAgain(Topics.JOB_SUBMITTED, ended.id().toString());

        // Then
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                        recordsOf(Topics.DATASET_READY, ended.id().toString()))
                .hasSize(2));
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(lag()).isZero());
        assertThat(recordsOf(Topics.DATASET_READY, ended.id().toString()).stream()
                        .map(record ->
                                new String(record.headers().lastHeader("ce_id").value(), StandardCharsets.UTF_8))
                        .distinct())
                .hasSize(1);
        assertThat(files(home.store().resolve("outcomes"))).isEqualTo(outcomes);
        assertThat(files(home.store().resolve("artifacts"))).isEqualTo(artifacts);
        assertThat(client.job(ended.id())).isEqualTo(ended);
    }

    @Test
    void aBrokerThatIsAwayLosesNoJob() {
        // Given
        JobSnapshot before = submit("{" + TINY_DATASET + TINY_TRAINING + "\"name\": \"before\", \"seed\": 9}");
        long broker = cluster.state().processes().get(Member.KAFKA.label());

        // When
        ProcessHandle.of(broker).orElseThrow().destroyForcibly();
        JobSnapshot meanwhile = submit("{" + TINY_DATASET + TINY_TRAINING + "\"name\": \"meanwhile\", \"seed\": 10}");

        // Then
        complete(before);
        complete(meanwhile);
        assertThat(cluster.state().processes().get(Member.KAFKA.label())).isNotEqualTo(broker);
    }

    @Test
    void aDirectoryOfImagesIsUploadedAndProtected() throws Exception {
        // Given
        Path images = directory.resolve("images");
        writeFolder(images.resolve("train"), TinyImages.twoClasses(Seed.of(1)).train());
        writeFolder(images.resolve("test"), TinyImages.twoClasses(Seed.of(1)).test());

        // When
        UploadedDataset uploaded = client.upload(DatasetArchive.of(images)::open);
        JobSnapshot ended = complete(submit("""
                { "name": "uploaded", "dataset": { "source": "uploaded", "artifact": "%s" }, "poison": {} }""".formatted(uploaded.artifact().id())));

        // Then
        assertThat(uploaded.classes())
                .containsExactly(
                        new UploadedDataset.ClassCount("left", 16, 8), new UploadedDataset.ClassCount("right", 16, 8));
        assertThat(ended.result().dataset().protectedImages()).isEqualTo(32);
        assertThat(ended.result().dataset().classes()).containsExactly("left", "right");
    }

    private static JobSnapshot submit(String recipe) {
        return client.submit(
                recipe.getBytes(StandardCharsets.UTF_8), UUID.randomUUID().toString());
    }

    private static JobSnapshot complete(JobSnapshot job) {
        return completed(client.follow(job.id(), new Listening(progress -> false, new CountDownLatch(1))));
    }

    private static JobSnapshot completed(JobSnapshot job) {
        assertThat(job.state())
                .as(
                        "%s: %s",
                        job.name(), job.failure() == null ? "" : job.failure().detail())
                .isEqualTo(JobState.COMPLETED);
        return job;
    }

    private static byte[] fetch(ArtifactRef artifact) throws IOException, InterruptedException {
        return fetch("/api/v1/artifacts/" + artifact.id());
    }

    private static byte[] fetch(String path) throws IOException, InterruptedException {
        URI address = cluster.state().gatewayAddress().resolve(path);
        HttpResponse<byte[]> response = HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofByteArray());
        assertThat(response.statusCode()).isEqualTo(200);
        return response.body();
    }

    private static String sha256(byte[] bytes) throws java.security.NoSuchAlgorithmException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    private static void sendAgain(String topic, String key) throws Exception {
        ConsumerRecord<byte[], byte[]> sent = recordsOf(topic, key).get(0);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(kafka(), new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topic, null, sent.key(), sent.value(), sent.headers()))
                    .get();
        }
    }

    /** All records of a job on a topic. */
    private static List<ConsumerRecord<byte[], byte[]>> recordsOf(String topic, String key) {
        TopicPartition partition = new TopicPartition(topic, 0);
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(kafka(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            List<ConsumerRecord<byte[], byte[]>> found = new java.util.ArrayList<>();
            while (consumer.position(partition) < end) {
                consumer.poll(Duration.ofMillis(200)).forEach(found::add);
            }
            return found.stream()
                    .filter(record -> new String(record.key(), StandardCharsets.UTF_8).equals(key))
                    .toList();
        }
    }

    private static long lag() throws Exception {
        long lag = 0;
        try (Admin admin = Admin.create(kafka())) {
            for (String topic : Topics.WORK) {
                String group = Topics.shareGroup(topic);
                lag += admin.listShareGroupOffsets(Map.of(group, new ListShareGroupOffsetsSpec()))
                        .partitionsToOffsetInfo(group)
                        .get()
                        .get(new TopicPartition(topic, 0))
                        .lag()
                        .orElseThrow();
            }
        }
        return lag;
    }

    private static Map<String, Object> kafka() {
        return Map.of(
                "bootstrap.servers", "127.0.0.1:" + cluster.state().ports().get(Member.KAFKA.label()));
    }

    private static Set<String> files(Path root) throws IOException {
        try (Stream<Path> paths = Files.walk(root)) {
            return paths.filter(Files::isRegularFile)
                    .map(path -> root.relativize(path).toString())
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static void delete(Path root) throws IOException {
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : paths.filter(Files::isRegularFile).toList()) {
                Files.delete(path);
            }
        }
    }

    private static void writeFolder(Path root, LabeledImages split) throws IOException {
        for (int i = 0; i < split.size(); i++) {
            RgbImage image = split.images().get(i);
            BufferedImage picture = new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
            for (int pixel = 0; pixel < image.width() * image.height(); pixel++) {
                int red = Byte.toUnsignedInt(image.pixels()[3 * pixel]);
                int green = Byte.toUnsignedInt(image.pixels()[3 * pixel + 1]);
                int blue = Byte.toUnsignedInt(image.pixels()[3 * pixel + 2]);
                picture.setRGB(pixel % image.width(), pixel / image.width(), red << 16 | green << 8 | blue);
            }
            Path file = root.resolve(split.labels()[i] == 0 ? "left" : "right").resolve(i + ".png");
            Files.createDirectories(file.getParent());
            ImageIO.write(picture, "png", file.toFile());
        }
    }

    /** Opens a latch at the first progress of a kind. */
    private record Listening(Predicate<JobProgressed> awaited, CountDownLatch latch) implements JobListener {
        @Override
        public void snapshot(JobSnapshot snapshot) {
            // the last one is what follow returns
        }

        @Override
        public void progressed(JobProgressed progress) {
            if (awaited.test(progress)) {
                latch.countDown();
            }
        }

        @Override
        public void interrupted(String reason) {
            // the gateway itself is not disturbed here; a broken connection is taken up again
        }
    }

    private static final class Silent implements ClusterListener {
        @Override
        public void starting(Member member, int port) {}

        @Override
        public void ready(Member member, Duration after) {}

        @Override
        public void died(Member member, Duration delay) {}

        @Override
        public void notRevived(Member member, RuntimeException failure, Duration delay) {}

        @Override
        public void stopping(Member member) {}
    }
}
