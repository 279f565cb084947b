package io.faultline.recipe;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The common corruptions of Hendrycks and Dietterich (ICLR 2019): fifteen, and four extra ones. */
public enum CorruptionName {
    GAUSSIAN_NOISE,
    SHOT_NOISE,
    IMPULSE_NOISE,
    DEFOCUS_BLUR,
    GLASS_BLUR,
    MOTION_BLUR,
    ZOOM_BLUR,
    SNOW,
    FROST,
    FOG,
    BRIGHTNESS,
    CONTRAST,
    ELASTIC_TRANSFORM,
    PIXELATE,
    JPEG_COMPRESSION,
    SPECKLE_NOISE,
    GAUSSIAN_BLUR,
    SPATTER,
    SATURATE;

    private static final Set<CorruptionName> EXTRA = EnumSet.of(SPECKLE_NOISE, GAUSSIAN_BLUR, SPATTER, SATURATE);

    /** The fifteen that mean corruption accuracy is usually taken over. */
    public static List<CorruptionName> standard() {
        return Arrays.stream(values()).filter(name -> !EXTRA.contains(name)).toList();
    }

    /** The eighteen that the RiFT authors' script averages: all but glass blur, the extra ones included. */
    public static List<CorruptionName> ofRiftScript() {
        return Arrays.stream(values()).filter(name -> name != GLASS_BLUR).toList();
    }

    @JsonValue
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    @JsonCreator
    public static CorruptionName parse(String name) {
        return Bounds.oneOf("corruptions", name, values(), CorruptionName::wireName);
    }
}
