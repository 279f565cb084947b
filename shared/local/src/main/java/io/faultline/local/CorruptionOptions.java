package io.faultline.local;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.faultline.artifact.ArtifactId;
import io.faultline.dataset.CorruptedImages;
import io.faultline.dataset.InvalidDatasetException;
import io.faultline.job.UploadedCorruptionSet;
import io.faultline.local.client.DatasetArchive;
import io.faultline.local.client.GatewayClient;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** A published corruption set of this machine to measure on. */
final class CorruptionOptions {
    private static final byte[] ZIP = {'P', 'K', 3, 4};

    @Option(
            names = "--corruptions",
            paramLabel = "DIR|TAR|ZIP",
            description =
                    "A published corruption set to upload and to measure the network on: CIFAR-10-C, CIFAR-100-C or"
                            + " Tiny-ImageNet-C; a directory, tar or zip. Sets evaluation.corruptions.published of training, and of rift if it"
                            + " asks for corruptions.")
    private Path set;

    boolean given() {
        return set != null;
    }

    /**
     * Looks at the set before anything is sent.
     *
     * @throws IllegalArgumentException if it is none, or not one that can be read
     */
    void refuseUnlessReadable() {
        if (set == null || isZip()) {
            // out of a zip the arrays are read once it is sent as a tar
            return;
        }
        try {
            CorruptedImages.inspect(set);
        } catch (InvalidDatasetException e) {
            throw new IllegalArgumentException("corruption set " + set + ": " + e.getMessage(), e);
        }
    }

    /** Uploads it and says what a recipe has to name. */
    ArtifactId upload(GatewayClient client, PrintStream output) {
        if (!isZip()) {
            return upload(DatasetArchive.of(set), client, output);
        }
        try (FileSystem zip = FileSystems.newFileSystem(set)) {
            return upload(DatasetArchive.of(zip.getPath("/")), client, output);
        } catch (IOException e) {
            throw new UncheckedIOException("corruption set " + set + " cannot be read", e);
        }
    }

    private ArtifactId upload(DatasetArchive archive, GatewayClient client, PrintStream output) {
        UploadedCorruptionSet uploaded = client.uploadCorruptions(() -> DatasetOptions.withBar(archive, output));
        output.println("Uploaded " + set + " (" + uploaded.form() + ", " + uploaded.classes() + " classes: "
                + uploaded.corruptions().stream()
                        .map(UploadedCorruptionSet.Corruption::name)
                        .collect(Collectors.joining(", "))
                + ")");
        return uploaded.artifact().id();
    }

    /**
     * Where a recipe names the set: what its training is measured by, and what its refinement is, if that asks for corruptions.
     *
     * @throws IllegalArgumentException if it trains nothing
     */
    static List<ObjectNode> places(ObjectNode recipe) {
        if (!(recipe.get("training") instanceof ObjectNode training)) {
            throw new IllegalArgumentException(
                    "the recipe has no training, so that nothing could be measured on --corruptions; give it one, or leave"
                            + " --corruptions out");
        }
        List<ObjectNode> places = new ArrayList<>();
        places.add(object(object(training, "evaluation"), "corruptions"));
        if (recipe.path("rift").path("evaluation").get("corruptions") instanceof ObjectNode ofRift) {
            places.add(ofRift);
        }
        return places;
    }

    private static ObjectNode object(ObjectNode parent, String name) {
        return parent.get(name) instanceof ObjectNode given ? given : parent.putObject(name);
    }

    private boolean isZip() {
        if (!Files.isRegularFile(set)) {
            return false;
        }
        try (InputStream in = Files.newInputStream(set)) {
            return Arrays.equals(in.readNBytes(ZIP.length), ZIP);
        } catch (IOException e) {
            throw new UncheckedIOException("corruption set " + set + " cannot be read", e);
        }
    }
}
