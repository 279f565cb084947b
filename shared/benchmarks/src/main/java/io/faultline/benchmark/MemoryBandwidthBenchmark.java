package io.faultline.benchmark;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/** STREAM's copy and triad; the score is in million elements per second, of 16 and 24 bytes. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "-Xmx1g")
@State(Scope.Thread)
public class MemoryBandwidthBenchmark {
    private static final int LENGTH = 1 << 23;
    private static final double FACTOR = 3;

    private final double[] a = new double[LENGTH];
    private final double[] b = new double[LENGTH];
    private final double[] c = new double[LENGTH];

    @Setup
    public void fill() {
        Arrays.fill(b, 1);
        Arrays.fill(c, 2);
    }

    @Benchmark
    @Threads(2)
    @OperationsPerInvocation(LENGTH)
    public double[] copy() {
        for (int i = 0; i < LENGTH; i++) {
            a[i] = b[i];
        }
        return a;
    }

    @Benchmark
    @Threads(2)
    @OperationsPerInvocation(LENGTH)
    public double[] triad() {
        for (int i = 0; i < LENGTH; i++) {
            a[i] = b[i] + FACTOR * c[i];
        }
        return a;
    }
}
