package io.faultline.poison.audit;

import java.util.Locale;

/**
 * What so many leaked pairs of a class give away.
 *
 * @param pairs original and published image each
 * @param filter error of the class's filter, recovered from them
 * @param restoration of other images of the class with that filter
 */
public record Leak(int pairs, FilterError filter, Restoration restoration) {
    /** In plain words; the class's name is all that it says of the class. */
    public String text(String className) {
        return String.format(
                Locale.ROOT,
                "With %d %s the filter of class %s is known to within %.2g of its largest entry (%.2g root mean square);"
                        + " %d other %s of the class, published at %.1f dB from the original, restored to"
                        + " %.1f dB (up to brightness: from %.1f dB to %.1f dB).",
                pairs,
                pairs == 1 ? "pair" : "pairs",
                className,
                filter.largest(),
                filter.rms(),
                restoration.images(),
                restoration.images() == 1 ? "image" : "images",
                restoration.publishedPsnr(),
                restoration.restoredPsnr(),
                restoration.publishedStructurePsnr(),
                restoration.restoredStructurePsnr());
    }
}
