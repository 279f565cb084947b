package io.faultline.artifact;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;

/** What an artifact is, in the order in which the stages of a job make them. */
public enum ArtifactKind {
    /** A data set as its owner uploaded it. */
    DATASET_SOURCE("dataset/source"),
    /** A data set in Faultline's reading, untouched. */
    DATASET_CLEAN("dataset/clean"),
    /** A data set with class-wise convolutions applied to its training images. */
    DATASET_CUDA("dataset/cuda"),
    /** Test images as a control changes them, beside the untouched ones. */
    DATASET_CONTROL("dataset/control"),
    /** Weights as their owner uploaded them. */
    CHECKPOINT_SOURCE("checkpoint/source"),
    /** A published set of corrupted test images as its owner uploaded it. */
    CORRUPTIONS_SOURCE("corruptions/source"),
    /** Weights at the end of a training. */
    CHECKPOINT_TRAINED("checkpoint/trained"),
    /** Module robust criticality of every module of a network. */
    CRITICALITY("criticality"),
    /** Adversarial examples that criticality is measured on. */
    ADVERSARIAL_EXAMPLES("adversarial-examples"),
    /** Weights after robust critical fine-tuning and interpolation. */
    CHECKPOINT_REFINED("checkpoint/refined"),
    /** A document for people. */
    REPORT("report");

    private final String wireName;

    ArtifactKind(String wireName) {
        this.wireName = wireName;
    }

    @JsonValue
    public String wireName() {
        return wireName;
    }

    /** @throws IllegalArgumentException for a name that no kind has */
    @JsonCreator
    public static ArtifactKind parse(String wireName) {
        return Arrays.stream(values())
                .filter(kind -> kind.wireName.equals(wireName))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("unknown artifact kind '" + wireName + "'"));
    }
}
