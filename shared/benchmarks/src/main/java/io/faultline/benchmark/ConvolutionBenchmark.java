package io.faultline.benchmark;

import io.faultline.dataset.RgbImage;
import io.faultline.poison.cuda.ClassWiseConvolution;
import io.faultline.poison.cuda.ConvolvedImage;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/** Images per second through the class-wise convolution, one image per invocation. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(2)
public class ConvolutionBenchmark {
    /** The two settings of the paper. */
    public enum Setting {
        CIFAR(Workload.CIFAR),
        IMAGENET(Workload.IMAGENET);

        private final Workload workload;

        Setting(Workload workload) {
            this.workload = workload;
        }
    }

    /** Images and filters, for all threads. */
    @State(Scope.Benchmark)
    public static class Shared {
        @Param
        public Setting setting;

        private List<RgbImage> images;
        private int[] labels;
        private ClassWiseConvolution convolution;

        @Setup
        public void make() {
            images = setting.workload.makeImages();
            labels = setting.workload.makeLabels();
            convolution = setting.workload.convolution();
        }
    }

    /** Where a thread is in the images. */
    @State(Scope.Thread)
    public static class Place {
        private int next;

        @Setup(Level.Trial)
        public void start(Shared shared) {
            next = (int) (Thread.currentThread().getId() * 7919 % shared.images.size());
        }

        int next(int size) {
            next = next + 1 < size ? next + 1 : 0;
            return next;
        }
    }

    @Benchmark
    @Threads(1)
    public ConvolvedImage oneThread(Shared shared, Place place) {
        return convolve(shared, place);
    }

    @Benchmark
    @Threads(2)
    public ConvolvedImage twoThreads(Shared shared, Place place) {
        return convolve(shared, place);
    }

    private static ConvolvedImage convolve(Shared shared, Place place) {
        int i = place.next(shared.images.size());
        return shared.convolution.apply(shared.images.get(i), shared.labels[i]);
    }
}
