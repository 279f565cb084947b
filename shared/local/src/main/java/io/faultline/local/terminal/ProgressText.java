package io.faultline.local.terminal;

import io.faultline.event.JobProgressed;
import java.time.Duration;
import java.util.Locale;
import java.util.stream.Collectors;

/** A job's progress as one line of text. */
public final class ProgressText {
    private static final int BAR = 20;

    private ProgressText() {}

    /** The line, such as {@code training · epoch 3 of 10 [█████     ] 25 % 1125/4500 images 310/s 0:11 left loss 1.21}. */
    public static String of(JobProgressed progress) {
        StringBuilder line = new StringBuilder();
        line.append(progress.stage().name().toLowerCase(Locale.ROOT))
                .append(" · ")
                .append(progress.phase());
        if (progress.total() > 0) {
            double share = Math.min(1, (double) progress.done() / progress.total());
            line.append(' ').append(bar(share)).append(String.format(Locale.ROOT, " %3.0f %%", 100 * share));
            line.append(String.format(Locale.ROOT, " %d/%d %s", progress.done(), progress.total(), progress.unit()));
        } else {
            line.append(String.format(Locale.ROOT, " %d %s", progress.done(), progress.unit()));
        }
        if (progress.ratePerSecond() > 0) {
            line.append(String.format(
                    Locale.ROOT, progress.ratePerSecond() < 10 ? " %.1f/s" : " %.0f/s", progress.ratePerSecond()));
        }
        if (progress.secondsLeft() != null) {
            line.append(' ')
                    .append(clock(Duration.ofSeconds(Math.round(progress.secondsLeft()))))
                    .append(" left");
        }
        if (!progress.metrics().isEmpty()) {
            line.append(' ')
                    .append(progress.metrics().entrySet().stream()
                            .map(metric -> metric.getKey() + " " + figure(metric.getValue()))
                            .collect(Collectors.joining(" ")));
        }
        return line.toString();
    }

    /** Minutes and seconds, hours where there are any: {@code 0:07}, {@code 12:34}, {@code 1:02:03}. */
    public static String clock(Duration duration) {
        long seconds = duration.toSeconds();
        return seconds < 3600
                ? String.format(Locale.ROOT, "%d:%02d", seconds / 60, seconds % 60)
                : String.format(Locale.ROOT, "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
    }

    private static String bar(double share) {
        int full = (int) Math.floor(share * BAR);
        return "[" + "█".repeat(full) + " ".repeat(BAR - full) + "]";
    }

    private static String figure(Double value) {
        return value == null ? "?" : String.format(Locale.ROOT, Math.abs(value) < 10 ? "%.2f" : "%.1f", value);
    }
}
