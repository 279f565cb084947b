package io.faultline.local;

import io.faultline.dataset.download.DatasetDownload;
import io.faultline.dataset.download.OfficialDatasets;
import io.faultline.dataset.download.RemoteFile;
import io.faultline.job.UploadedDataset;
import io.faultline.local.client.DatasetArchive;
import io.faultline.local.client.GatewayClient;
import io.faultline.recipe.ClassChoice;
import io.faultline.recipe.DatasetRecipe;
import io.faultline.recipe.PoisonPreset;
import io.faultline.recipe.Seed;
import io.faultline.recipe.SubsetRecipe;
import io.faultline.recipe.UploadedDatasetRecipe;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import picocli.CommandLine.Option;

/** A data set of this machine to work on, and how much of it. */
final class DatasetOptions {
    private static final long MEBIBYTE = 1L << 20;
    private static final int REDRAW_MILLIS = 200;
    private static final int LINE_MILLIS = 5_000;

    @Option(
            names = "--dataset",
            paramLabel = "DIR|ARCHIVE|NAME",
            description = "Images to upload: CIFAR-10/100 binary, train/<class>/ and test/<class>/ or val/<class>/, or"
                    + " Tiny-ImageNet; a directory, zip or tar(.gz, .xz). Or the name of an official set, which is downloaded once: cifar-10,"
                    + " cifar-100, tiny-imagenet.")
    private Path dataset;

    @Option(
            names = "--train-per-class",
            paramLabel = "N",
            description = "Take only N training images of each class, drawn by seed.")
    private Integer trainPerClass;

    @Option(
            names = "--test-per-class",
            paramLabel = "N",
            description = "Take only N test images of each class, drawn by seed.")
    private Integer testPerClass;

    @Option(
            names = "--classes",
            paramLabel = "CLASS",
            split = ",",
            description =
                    "Keep only these classes of the data set, separated by commas, in the order of their new labels.")
    private List<String> classes;

    @Option(
            names = "--first-classes",
            paramLabel = "N",
            description =
                    "Keep only the first N classes; in an image folder, by name. Of ImageNet, 100 are ImageNet-100.")
    private Integer firstClasses;

    OptionalInt trainPerClass() {
        return trainPerClass == null ? OptionalInt.empty() : OptionalInt.of(trainPerClass);
    }

    OptionalInt testPerClass() {
        return testPerClass == null ? OptionalInt.empty() : OptionalInt.of(testPerClass);
    }

    Optional<Path> dataset() {
        return Optional.ofNullable(dataset);
    }

    /**
     * Fetches the data set if it is named and not yet here.
     *
     * @param downloads where official data sets are kept
     * @param preset its number of classes holds where none are chosen; null for none
     * @throws IllegalArgumentException if there is no such data set, it does not have the classes, or half a subset is asked for
     * @throws io.faultline.dataset.download.DownloadException if it cannot be fetched
     */
    Optional<DatasetArchive> archive(Path downloads, PoisonPreset preset, PrintStream output) {
        if (dataset == null) {
            if (classes != null || firstClasses != null) {
                throw new IllegalArgumentException(
                        "--classes and --first-classes choose among those of --dataset; give it, or neither");
            }
            return Optional.empty();
        }
        if (preset != null && classes == null && firstClasses == null) {
            firstClasses = preset.firstClasses();
        }
        if ((trainPerClass == null) != (testPerClass == null)) {
            throw new IllegalArgumentException(
                    "a subset needs both --train-per-class and --test-per-class; give the other, or neither");
        }
        boolean official = Files.notExists(dataset) && OfficialDatasets.names().contains(dataset.toString());
        ClassChoice choice = new ClassChoice(classes, firstClasses);
        return Optional.of(
                DatasetArchive.of(official ? download(dataset.toString(), downloads, output) : dataset, choice));
    }

    private static Path download(String name, Path downloads, PrintStream output) {
        RemoteFile file = OfficialDatasets.named(name);
        output.println("Fetching " + name + " from " + file.uri() + " into " + downloads);
        try (ProgressBar bar = bar("download", file.bytes(), output).build()) {
            return new DatasetDownload(downloads).fetch(file, (done, total) -> bar.stepTo(done));
        }
    }

    /** Uploads it and says what a recipe has to name. */
    DatasetRecipe upload(DatasetArchive archive, GatewayClient client, PrintStream output) {
        UploadedDataset uploaded = client.upload(() -> withBar(archive, output));
        int train = uploaded.classes().stream()
                .mapToInt(UploadedDataset.ClassCount::train)
                .sum();
        int test = uploaded.classes().stream()
                .mapToInt(UploadedDataset.ClassCount::test)
                .sum();
        output.println("Uploaded " + archive.source() + " (" + uploaded.form() + ", " + train + " training and " + test
                + " test images of " + uploaded.classes().size() + " classes: "
                + uploaded.classes().stream()
                        .limit(10)
                        .map(UploadedDataset.ClassCount::name)
                        .collect(Collectors.joining(", "))
                + (uploaded.classes().size() > 10 ? ", …" : "") + ")");
        SubsetRecipe subset = trainPerClass == null ? null : new SubsetRecipe(trainPerClass, testPerClass, Seed.of(0));
        return new UploadedDatasetRecipe(uploaded.artifact().id(), subset, classes, firstClasses);
    }

    /** The archive's bytes, with a bar that shows how many were read. */
    static InputStream withBar(DatasetArchive archive, PrintStream output) {
        return ProgressBar.wrap(archive.open(), bar("upload", archive.bytes(), output));
    }

    /** Without a terminal it prints a line now and then. */
    private static ProgressBarBuilder bar(String task, long bytes, PrintStream output) {
        boolean terminal = Boolean.getBoolean("faultline.terminal");
        return ProgressBar.builder()
                .setTaskName(task)
                .setInitialMax(bytes)
                .setUnit(" MiB", MEBIBYTE)
                .setUpdateIntervalMillis(terminal ? REDRAW_MILLIS : LINE_MILLIS)
                .showSpeed()
                .setStyle(terminal ? ProgressBarStyle.COLORFUL_UNICODE_BLOCK : ProgressBarStyle.ASCII)
                .setConsumer(
                        terminal
                                ? new ConsoleProgressBarConsumer(output, Integer.getInteger("faultline.columns", 100))
                                : new DelegatingProgressBarConsumer(output::println));
    }
}
