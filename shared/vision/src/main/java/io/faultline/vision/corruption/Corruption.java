package io.faultline.vision.corruption;

import java.util.Arrays;
import java.util.stream.Collectors;

/** The corruptions of Hendrycks and Dietterich (ICLR 2019), under the published sets' names. */
public enum Corruption {
    GAUSSIAN_NOISE("gaussian_noise", GaussianNoise::of),
    SHOT_NOISE("shot_noise", ShotNoise::of),
    IMPULSE_NOISE("impulse_noise", ImpulseNoise::of),
    DEFOCUS_BLUR("defocus_blur", DefocusBlur::of),
    GLASS_BLUR("glass_blur", GlassBlur::of),
    MOTION_BLUR("motion_blur", MotionBlur::of),
    ZOOM_BLUR("zoom_blur", ZoomBlur::of),
    SNOW("snow", Snow::of),
    FROST("frost", Frost::of),
    FOG("fog", Fog::of),
    BRIGHTNESS("brightness", Brightness::of),
    CONTRAST("contrast", Contrast::of),
    ELASTIC_TRANSFORM("elastic_transform", ElasticTransform::of),
    PIXELATE("pixelate", Pixelate::of),
    JPEG_COMPRESSION("jpeg_compression", CompressedAsJpeg::of),
    SPECKLE_NOISE("speckle_noise", SpeckleNoise::of),
    GAUSSIAN_BLUR("gaussian_blur", GaussianBlur::of),
    SPATTER("spatter", Spatter::of),
    SATURATE("saturate", Saturate::of);

    /** Severities go from 1 to this. */
    public static final int MOST_SEVERE = 5;

    @FunctionalInterface
    private interface Parameters {
        Distortion of(CorruptionScale scale, int severity);
    }

    private final String wireName;
    private final Parameters parameters;

    Corruption(String wireName, Parameters parameters) {
        this.wireName = wireName;
        this.parameters = parameters;
    }

    public String wireName() {
        return wireName;
    }

    /** @throws IllegalArgumentException naming the allowed ones */
    public static Corruption named(String wireName) {
        return Arrays.stream(values())
                .filter(corruption -> corruption.wireName.equals(wireName))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("corruption is '" + wireName + "'; allowed: "
                        + Arrays.stream(values()).map(Corruption::wireName).collect(Collectors.joining(", "))));
    }

    Distortion distortion(CorruptionScale scale, int severity) {
        return parameters.of(scale, severity);
    }
}
