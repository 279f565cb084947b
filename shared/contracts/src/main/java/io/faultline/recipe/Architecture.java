package io.faultline.recipe;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The networks that can be trained, under PyTorch's names. */
public enum Architecture {
    /** ResNet-18 with a 3×3 stem, for small images (He et al., CVPR 2016). */
    RESNET18("resnet18"),
    /** ResNet-34 with a 3×3 stem, for small images (He et al., CVPR 2016). */
    RESNET34("resnet34");

    private final String wireName;

    Architecture(String wireName) {
        this.wireName = wireName;
    }

    @JsonValue
    public String wireName() {
        return wireName;
    }

    @JsonCreator
    public static Architecture parse(String name) {
        return Arrays.stream(values())
                .filter(architecture -> architecture.wireName.equals(name))
                .findFirst()
                .orElseThrow(() -> new InvalidRecipeException(
                        "architecture",
                        "'" + name + "'",
                        Arrays.stream(values()).map(Architecture::wireName).collect(Collectors.joining(", "))));
    }
}
