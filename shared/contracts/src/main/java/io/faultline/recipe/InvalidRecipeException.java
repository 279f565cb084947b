package io.faultline.recipe;

/**
 * A recipe that asks for something that cannot be done. It names the field, the value and what is allowed, so that the
 * gateway's answer and a worker's refusal are the same sentence.
 */
public final class InvalidRecipeException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final String field;
    private final String value;
    private final String allowed;

    /**
     * @param field path of the field from the recipe's root, dots between the levels
     * @param value what was given
     * @param allowed what may be given, as a clause that follows "allowed:"
     */
    public InvalidRecipeException(String field, Object value, String allowed) {
        super(field + " is " + value + "; allowed: " + allowed);
        this.field = field;
        this.value = String.valueOf(value);
        this.allowed = allowed;
    }

    public String field() {
        return field;
    }

    public String value() {
        return value;
    }

    public String allowed() {
        return allowed;
    }
}
