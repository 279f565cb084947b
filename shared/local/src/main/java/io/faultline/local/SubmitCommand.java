package io.faultline.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.faultline.job.JobSnapshot;
import io.faultline.json.FaultlineJson;
import io.faultline.local.client.DatasetArchive;
import io.faultline.local.client.GatewayClient;
import io.faultline.recipe.PoisonPreset;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "submit",
        mixinStandardHelpOptions = true,
        description = "Posts a job: a recipe as JSON, on the data set that it names or that is uploaded with it.")
final class SubmitCommand implements Callable<Integer> {
    @Mixin
    private HomeOption home;

    @Mixin
    private UrlOption url;

    @Mixin
    private DatasetOptions dataset;

    @Mixin
    private CorruptionOptions corruptions;

    @Parameters(paramLabel = "FILE", description = "The recipe; - for standard input.")
    private Path file;

    @Option(
            names = "--key",
            paramLabel = "KEY",
            description = "Idempotency key: the same key gives the same job, however often it is posted.")
    private String key;

    @Option(
            names = "--preset",
            paramLabel = "NAME",
            description =
                    "Protect as is known to be good for a data set: cifar-10, cifar-100, imagenet-100, tiny-imagenet."
                            + " Sets poison.kernelSize and poison.blur and, of imagenet-100, the first 100 classes.")
    private String presetName;

    @Option(names = "--watch", description = "Follow the job to its end; exit code 1 unless it completed.")
    private boolean watch;

    @Override
    public Integer call() {
        byte[] recipe = read();
        PoisonPreset preset = presetName == null ? null : PoisonPreset.named(presetName);
        corruptions.refuseUnlessReadable();
        Optional<DatasetArchive> archive = dataset.archive(home.home().downloads(), preset, System.err);
        GatewayClient client = home.client(url.url());
        if (archive.isPresent() || preset != null || corruptions.given()) {
            recipe = completed(recipe, object -> {
                List<ObjectNode> measured = corruptions.given() ? CorruptionOptions.places(object) : List.of();
                archive.ifPresent(images -> object.set(
                        "dataset", FaultlineJson.mapper().valueToTree(dataset.upload(images, client, System.err))));
                if (preset != null) {
                    apply(preset, object);
                }
                if (corruptions.given()) {
                    String set = corruptions.upload(client, System.err).toString();
                    measured.forEach(place -> place.put("published", set));
                }
            });
        }
        JobSnapshot job = client.submit(recipe, key == null ? UUID.randomUUID().toString() : key);
        System.out.println(job.id());
        return watch ? WatchCommand.watch(client, job.id()) : 0;
    }

    private byte[] read() {
        try {
            return file.toString().equals("-") ? System.in.readAllBytes() : Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException(
                    "recipe " + file + " does not exist; name a JSON file, or - for input", e);
        } catch (IOException e) {
            throw new UncheckedIOException("recipe " + file + " cannot be read", e);
        }
    }

    private byte[] completed(byte[] recipe, Consumer<ObjectNode> completion) {
        try {
            JsonNode tree = FaultlineJson.mapper().readTree(recipe);
            if (!(tree instanceof ObjectNode object)) {
                throw new IllegalArgumentException("recipe " + file + " is no JSON object; expected { … }");
            }
            completion.accept(object);
            return FaultlineJson.mapper().writeValueAsBytes(object);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "recipe " + file + " is not JSON: " + e.getOriginalMessage() + " at line "
                            + e.getLocation().getLineNr(),
                    e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The command line is nearer than the file: the preset's values take the place of the recipe's. */
    static void apply(PoisonPreset preset, ObjectNode recipe) {
        ObjectNode poison = recipe.get("poison") instanceof ObjectNode given ? given : recipe.putObject("poison");
        poison.put("kernelSize", preset.kernelSize());
        poison.put("blur", preset.blur());
        if (preset.firstClasses() != null
                && recipe.get("dataset") instanceof ObjectNode dataset
                && "uploaded".equals(dataset.path("source").textValue())
                && !dataset.hasNonNull("classes")
                && !dataset.hasNonNull("firstClasses")) {
            dataset.put("firstClasses", preset.firstClasses());
        }
    }
}
