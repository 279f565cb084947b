package io.faultline.recipe;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** How the images that are protected are chosen when the fraction is below one. */
public enum ImageSelection {
    /** Of each class the same share, rounded to whole images, drawn without replacement. */
    STRATIFIED("stratified"),
    /** Each image by a coin of its own, as the authors' script does: the share only comes close. With a NumPy seed the coins are the script's. */
    COIN("coin");

    private final String wireName;

    ImageSelection(String wireName) {
        this.wireName = wireName;
    }

    @JsonValue
    public String wireName() {
        return wireName;
    }

    @JsonCreator
    static ImageSelection parse(String name) {
        return Bounds.oneOf("selection", name, values(), ImageSelection::wireName);
    }
}
