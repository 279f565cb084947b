package io.faultline.recipe;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The norm that bounds a perturbation. */
public enum ThreatModel {
    LINF("linf"),
    L2("l2");

    private final String wireName;

    ThreatModel(String wireName) {
        this.wireName = wireName;
    }

    @JsonValue
    public String wireName() {
        return wireName;
    }

    @JsonCreator
    public static ThreatModel parse(String name) {
        return Arrays.stream(values())
                .filter(threat -> threat.wireName.equals(name))
                .findFirst()
                .orElseThrow(() -> new InvalidRecipeException(
                        "threatModel",
                        "'" + name + "'",
                        Arrays.stream(values()).map(ThreatModel::wireName).collect(Collectors.joining(", "))));
    }
}
