package io.faultline.recipe;

import static io.faultline.recipe.Bounds.between;
import static io.faultline.recipe.Bounds.orElse;
import static io.faultline.recipe.Bounds.required;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.faultline.artifact.ArtifactId;

/**
 * Weights that a training starts from, of the recipe's architecture, width and depth.
 *
 * @param checkpoint what the upload's answer, or another job's report, named
 * @param member which of a file's state dicts; null where it has one
 * @param tuned which layers training moves; all where none is given
 * @param freshHead whether the last layer starts anew, so that the classes may be others; false where nothing is given
 * @param stated accuracies that the file's author claims, which are measured before training; null for none
 */
public record StartRecipe(ArtifactId checkpoint, String member, Tuned tuned, Boolean freshHead, Stated stated) {
    /** Which layers are trained. */
    public enum Tuned {
        ALL("all"),
        /** The linear layer at the end: the rest, running statistics included, stays as it is. */
        LAST("last");

        private final String wireName;

        Tuned(String wireName) {
            this.wireName = wireName;
        }

        @JsonValue
        public String wireName() {
            return wireName;
        }

        @JsonCreator
        static Tuned parse(String name) {
            return Bounds.oneOf("tuned", name, values(), Tuned::wireName);
        }
    }

    /**
     * Accuracies on the test split, in percent; an import that misses one by more than the tolerance is marked unverified.
     *
     * @param clean null where none is claimed
     * @param robust under the recipe's evaluation attack; null where none is claimed
     * @param tolerance in percentage points; 0.5 where none is given
     */
    public record Stated(Double clean, Double robust, Double tolerance) {
        public Stated {
            if (clean != null) {
                between("clean", clean, 0, 100);
            }
            if (robust != null) {
                between("robust", robust, 0, 100);
            }
            tolerance = between("tolerance", orElse(tolerance, 0.5), 0, 100);
        }
    }

    public StartRecipe {
        required("checkpoint", checkpoint, "the id that POST /api/v1/checkpoints answered");
        tuned = orElse(tuned, Tuned.ALL);
        freshHead = orElse(freshHead, Boolean.FALSE);
        if (freshHead && stated != null) {
            throw new InvalidRecipeException(
                    "stated", "given with a fresh last layer", "nothing: its answers are not the file's");
        }
    }
}
