package io.faultline.benchmark;

import io.faultline.dataset.RgbImage;
import io.faultline.poison.cuda.ClassWiseConvolution;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The class-wise convolution beside its peers, in one run: after a warm-up of all sides, each round measures each side for some
 * seconds, one after the other, so that whatever else the machine does falls on all of them; ratios are taken round by round.
 *
 * <p>Options, all {@code --name=value}: {@code rounds} (5), {@code seconds} of each measurement (2), {@code threads} (the
 * processors), {@code python} (python3), {@code parts} ({@code cifar,imagenet,jpeg}), {@code jpegs} (300 files).
 */
public final class CudaBenchmark {
    private static final int CHECKED_IMAGES = 100;
    private static final int JPEG_HEIGHT = 375;
    private static final int JPEG_WIDTH = 500;
    private static final double GIGA = 1e9;
    /** Load per processor above which others are at work. */
    private static final double IDLE_SHARE = 0.25;

    private static final String VECTORS = "jdk.incubator.vector";

    private final int rounds;
    private final double seconds;
    private final int threads;
    private final int jpegs;
    private final MemoryBandwidth bandwidth = new MemoryBandwidth();

    private CudaBenchmark(Map<String, String> options) {
        this.rounds = Integer.parseInt(options.get("rounds"));
        this.seconds = Double.parseDouble(options.get("seconds"));
        this.threads = Integer.parseInt(options.get("threads"));
        this.jpegs = Integer.parseInt(options.get("jpegs"));
    }

    public static void main(String[] arguments) throws IOException {
        Map<String, String> options = options(arguments);
        CudaBenchmark benchmark = new CudaBenchmark(options);
        List<String> parts = List.of(options.get("parts").split(","));
        Optional<PythonPeers> peers =
                parts.equals(List.of("jpeg")) ? Optional.empty() : PythonPeers.start(options.get("python"));
        try {
            benchmark.printMachine(peers);
            for (String part : parts) {
                switch (part) {
                    case "cifar" -> benchmark.compare(Workload.CIFAR, peers);
                    case "imagenet" -> benchmark.compare(Workload.IMAGENET, peers);
                    case "jpeg" -> benchmark.compareJpegFolders();
                    default ->
                        throw new IllegalArgumentException("part is '" + part + "'; allowed: cifar, imagenet, jpeg");
                }
            }
            benchmark.print("load average at the end %.2f%n", load());
        } finally {
            if (peers.isPresent()) {
                peers.get().close();
            }
        }
    }

    private static Map<String, String> options(String[] arguments) {
        Map<String, String> options = new TreeMap<>(Map.of(
                "rounds", "5",
                "seconds", "2",
                "threads", String.valueOf(Runtime.getRuntime().availableProcessors()),
                "python", "python3",
                "parts", "cifar,imagenet,jpeg",
                "jpegs", "300"));
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            if (!argument.startsWith("--") || equals < 0 || !options.containsKey(argument.substring(2, equals))) {
                throw new IllegalArgumentException("argument is '" + argument + "'; allowed: "
                        + String.join(
                                "=…, ",
                                options.keySet().stream().map("--"::concat).toList()) + "=…");
            }
            options.put(argument.substring(2, equals), argument.substring(equals + 1));
        }
        return options;
    }

    private void printMachine(Optional<PythonPeers> peers) throws IOException {
        print(
                "%s, %d processors; %s %s%n",
                processor(),
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name"),
                System.getProperty("os.version"));
        print(
                "%s %s, heap up to %d MiB%n",
                System.getProperty("java.vm.name"),
                System.getProperty("java.vm.version"),
                Runtime.getRuntime().maxMemory() >> 20);
        print(
                "Faultline's convolution %s%n",
                ModuleLayer.boot().findModule(VECTORS).isPresent()
                        ? "in vector registers by name"
                        : "by loops; in vector registers by name with --add-modules " + VECTORS);
        peers.ifPresent(present -> print("%s%n", present.versions()));
        print(
                "%d rounds of %s s per measurement, %d threads; load average before %.2f%n",
                rounds, seconds, threads, load());
        if (load() > IDLE_SHARE * Runtime.getRuntime().availableProcessors()) {
            print(
                    "The machine is not idle: PyTorch's threads wait for one another, so its figures fall far below what they%n"
                            + "are on an idle one, and the ratios rise with it. Do not quote this run.%n");
        }
    }

    private void compare(Workload workload, Optional<PythonPeers> peers) throws IOException {
        print("%n%s, %d images%n", workload, workload.images());
        List<RgbImage> images = workload.makeImages();
        int[] labels = workload.makeLabels();
        ClassWiseConvolution convolution = workload.convolution();
        if (peers.isPresent()) {
            print("  peers: %s%n", peers.get().setUp(workload, threads));
            printAgreement(images, labels, convolution, peers.get());
        }
        Series one = new Series();
        Series all = new Series();
        Series copy = new Series();
        Series triad = new Series();
        Series vectorised = new Series();
        Series imageByImage = new Series();
        try (Threads single = new Threads(1);
                Threads every = new Threads(threads)) {
            speed(single, images, labels, convolution);
            speed(every, images, labels, convolution);
            bandwidth.copy(every);
            bandwidth.triad(every);
            for (int round = 0; round < rounds; round++) {
                one.add(speed(single, images, labels, convolution));
                all.add(speed(every, images, labels, convolution));
                copy.add(bandwidth.copy(every) / GIGA);
                triad.add(bandwidth.triad(every) / GIGA);
                if (peers.isPresent()) {
                    vectorised.add(peers.get().vectorised(seconds));
                    imageByImage.add(peers.get().imageByImage(seconds));
                }
            }
        }
        line("Faultline, 1 thread", one, "%.0f", "images/s");
        line("Faultline, " + threads + " threads", all, "%.0f", "images/s");
        if (peers.isPresent()) {
            line("PyTorch, vectorised", vectorised, "%.0f", "images/s");
            line("PyTorch, image by image", imageByImage, "%.0f", "images/s");
            line("Faultline to vectorised", all.dividedBy(vectorised), "%.1f", "times");
            line("Faultline to image by image", all.dividedBy(imageByImage), "%.1f", "times");
        }
        line("memory, copy", copy, "%.1f", "GB/s");
        line("memory, triad", triad, "%.1f", "GB/s");
        Series share = new Series();
        for (int round = 0; round < rounds; round++) {
            share.add(100 * all.get(round) * workload.bytesPerImage() / GIGA / copy.get(round));
        }
        line("Faultline's bytes to copy's", share, "%.1f", "%");
    }

    private void printAgreement(
            List<RgbImage> images, int[] labels, ClassWiseConvolution convolution, PythonPeers peers)
            throws IOException {
        Path file = Files.createTempFile("cuda", ".bytes");
        try {
            int count = Math.min(CHECKED_IMAGES, images.size());
            double agreement = peers.check(file, count);
            byte[] expected = Files.readAllBytes(file);
            int equal = 0;
            int furthest = 0;
            for (int i = 0; i < count; i++) {
                byte[] found =
                        convolution.apply(images.get(i), labels[i]).image().pixels();
                for (int p = 0; p < found.length; p++) {
                    int apart = Math.abs((found[p] & 0xff) - (expected[i * found.length + p] & 0xff));
                    equal += apart == 0 ? 1 : 0;
                    furthest = Math.max(furthest, apart);
                }
            }
            print(
                    "  bytes of %d images equal the image-by-image peer's: %.4f %%, furthest %d apart; peers' to each other: %.4f %%%n",
                    count, 100.0 * equal / expected.length, furthest, 100 * agreement);
        } finally {
            Files.delete(file);
        }
    }

    /** Images per second, over whole passes. */
    private double speed(Threads on, List<RgbImage> images, int[] labels, ClassWiseConvolution convolution) {
        long done = 0;
        long start = System.nanoTime();
        while (Threads.secondsSince(start) < seconds) {
            on.run(() -> convolution.apply(images, labels));
            done += labels.length;
        }
        return done / Threads.secondsSince(start);
    }

    private void compareJpegFolders() throws IOException {
        Path folder = Files.createTempDirectory("jpegs");
        JpegFolder jpeg = JpegFolder.make(folder, jpegs, JPEG_HEIGHT, JPEG_WIDTH);
        print(
                "%nJPEG folder to JPEG folder, %d files of %d×%d, %d bytes in the mean, quality 0.95%n",
                jpegs, JPEG_WIDTH, JPEG_HEIGHT, jpeg.meanSize());
        try (Threads every = new Threads(threads)) {
            for (Workload filters : List.of(Workload.CIFAR, Workload.IMAGENET)) {
                ClassWiseConvolution convolution = filters.convolution();
                jpeg.passWithoutConvolution(every);
                jpeg.pass(every, convolution);
                Series without = new Series();
                Series with = new Series();
                for (int round = 0; round < rounds; round++) {
                    without.add(jpegs / jpeg.passWithoutConvolution(every));
                    with.add(jpegs / jpeg.pass(every, convolution));
                }
                line("decode, encode", without, "%.0f", "files/s");
                line("decode, convolve k = " + filters.kernelSize() + ", encode", with, "%.0f", "files/s");
                line("time with to without", without.dividedBy(with), "%.3f", "times");
            }
        } finally {
            jpeg.delete();
            for (String part : List.of("in", "out", "")) {
                Files.delete(folder.resolve(part));
            }
        }
    }

    private void line(String what, Series series, String format, String unit) {
        print("  %-34s %s %s%n", what, series.summary(format), unit);
    }

    private void print(String format, Object... values) {
        System.out.printf(Locale.ROOT, format, values);
    }

    private static double load() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }

    /** The processor's name where the system tells it, else its architecture. */
    private static String processor() throws IOException {
        Path information = Path.of("/proc/cpuinfo");
        if (Files.isReadable(information)) {
            try (Stream<String> lines = Files.lines(information)) {
                Optional<String> model = lines.filter(line -> line.startsWith("model name"))
                        .map(line -> line.substring(line.indexOf(':') + 1).strip())
                        .findFirst();
                if (model.isPresent()) {
                    return model.get();
                }
            }
        }
        return System.getProperty("os.arch");
    }
}
