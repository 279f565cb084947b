package io.faultline.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.faultline.job.JobSnapshot;
import io.faultline.json.FaultlineJson;
import io.faultline.local.client.DatasetArchive;
import io.faultline.local.client.GatewayClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
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

    @Parameters(paramLabel = "FILE", description = "The recipe; - for standard input.")
    private Path file;

    @Option(
            names = "--key",
            paramLabel = "KEY",
            description = "Idempotency key: the same key gives the same job, however often it is posted.")
    private String key;

    @Option(names = "--watch", description = "Follow the job to its end; exit code 1 unless it completed.")
    private boolean watch;

    @Override
    public Integer call() {
        byte[] recipe = read();
        Optional<DatasetArchive> archive = dataset.archive(home.home().downloads(), System.err);
        GatewayClient client = home.client(url.url());
        if (archive.isPresent()) {
            recipe = withDataset(recipe, client, archive.get());
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

    private byte[] withDataset(byte[] recipe, GatewayClient client, DatasetArchive archive) {
        try {
            JsonNode tree = FaultlineJson.mapper().readTree(recipe);
            if (!(tree instanceof ObjectNode object)) {
                throw new IllegalArgumentException("recipe " + file + " is no JSON object; expected { … }");
            }
            object.set("dataset", FaultlineJson.mapper().valueToTree(dataset.upload(archive, client, System.err)));
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
}
