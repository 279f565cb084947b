package io.faultline.recipe;

import static io.faultline.recipe.Bounds.between;
import static io.faultline.recipe.Bounds.orElse;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * Which epoch's weights are kept.
 *
 * @param by the last epoch where none is given
 * @param every how many epochs are between two measurements; 1 where none is given
 * @param patience measurements without a better one after which training ends early; null for never
 */
public record SelectionRecipe(Criterion by, Integer every, Integer patience) {
    /** What an epoch is judged by. */
    public enum Criterion {
        /** No choice: the last epoch's. */
        LAST("last"),
        /** Best clean accuracy on the held-out split. */
        HELD_OUT("held-out"),
        /** Best robust accuracy on the held-out split, under the evaluation attack. */
        HELD_OUT_ROBUST("held-out-robust"),
        /** Best clean accuracy on the test split, as both papers' scripts choose: the result is marked. */
        TEST("test"),
        /** Best robust accuracy on the test split, as RiFT's authors choose: the result is marked. */
        TEST_ROBUST("test-robust");

        private final String wireName;

        Criterion(String wireName) {
            this.wireName = wireName;
        }

        @JsonValue
        public String wireName() {
            return wireName;
        }

        /** Whether figures on the test split are flattered by the choice. */
        public boolean onTest() {
            return this == TEST || this == TEST_ROBUST;
        }

        /** Whether epochs are attacked. */
        public boolean robust() {
            return this == HELD_OUT_ROBUST || this == TEST_ROBUST;
        }

        @JsonCreator
        static Criterion parse(String name) {
            return Bounds.oneOf("by", name, values(), Criterion::wireName);
        }
    }

    public SelectionRecipe {
        by = orElse(by, Criterion.LAST);
        every = between("every", orElse(every, 1), 1, 10_000);
        if (patience != null) {
            between("patience", patience, 1, 10_000);
        }
        if (by == Criterion.LAST && patience != null) {
            throw new InvalidRecipeException("patience", patience, "nothing, unless by is other than last");
        }
    }
}
