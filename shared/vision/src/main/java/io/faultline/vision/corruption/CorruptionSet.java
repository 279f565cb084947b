package io.faultline.vision.corruption;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Corruptions that are reported together. */
public enum CorruptionSet {
    /** The benchmark's 15. */
    STANDARD15("standard15", EnumSet.range(Corruption.GAUSSIAN_NOISE, Corruption.JPEG_COMPRESSION)),
    /** The 4 that its authors set apart for tuning. */
    EXTRA4("extra4", EnumSet.range(Corruption.SPECKLE_NOISE, Corruption.SATURATE)),
    /** All of them. */
    ALL19("all19", EnumSet.allOf(Corruption.class)),
    /** What RiFT's script averages (Zhu et al., ICCV 2023): all but glass_blur. Its paper says the 15. */
    RIFT18("rift18", EnumSet.complementOf(EnumSet.of(Corruption.GLASS_BLUR)));

    private final String wireName;
    private final List<Corruption> corruptions;

    CorruptionSet(String wireName, Set<Corruption> corruptions) {
        this.wireName = wireName;
        this.corruptions = List.copyOf(corruptions);
    }

    public String wireName() {
        return wireName;
    }

    /** In the order of their declaration. */
    public List<Corruption> corruptions() {
        return corruptions;
    }

    /** @throws IllegalArgumentException naming the allowed ones */
    public static CorruptionSet named(String wireName) {
        return Arrays.stream(values())
                .filter(set -> set.wireName.equals(wireName))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("set of corruptions is '" + wireName + "'; allowed: "
                        + Arrays.stream(values()).map(CorruptionSet::wireName).collect(Collectors.joining(", "))));
    }
}
