package io.faultline.benchmark;

import java.time.Duration;

/**
 * How long some work on images took.
 *
 * @param seconds by the clock: on a machine that others use too, theirs are among them
 * @param cpuSeconds that the process had a processor, its threads and the system's work for it added up
 */
record Pace(int images, double seconds, double cpuSeconds) {
    /** Runs a task in this process. */
    static Pace of(int images, Runnable task) {
        double cpu = cpuOfProcess();
        long start = System.nanoTime();
        task.run();
        return new Pace(images, Threads.secondsSince(start), cpuOfProcess() - cpu);
    }

    /** Of a peer's answer "IMAGES SECONDS CPU_SECONDS". */
    static Pace parse(String answer) {
        String[] words = answer.split(" ");
        return new Pace(Integer.parseInt(words[0]), Double.parseDouble(words[1]), Double.parseDouble(words[2]));
    }

    double imagesPerSecond() {
        return images / seconds;
    }

    double cpuMillisecondsPerImage() {
        return cpuSeconds * 1e3 / images;
    }

    private static double cpuOfProcess() {
        Duration used = ProcessHandle.current().info().totalCpuDuration().orElseThrow();
        return used.toNanos() / 1e9;
    }
}
