package io.faultline.poison.theory;

/** What one row of a contour picture shows. */
public enum ContourQuantity {
    EXACT_ACCURACY("exact accuracy"),
    SAMPLED_ACCURACY("sampled accuracy"),
    BOUND("valid bound"),
    BOUND_AS_PRINTED("bound as printed");

    private final String title;

    ContourQuantity(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }

    double of(ContourPoint point) {
        return switch (this) {
            case EXACT_ACCURACY -> point.exact().value();
            case SAMPLED_ACCURACY -> point.sampled().share();
            case BOUND -> point.bound();
            case BOUND_AS_PRINTED -> point.boundAsPrinted();
        };
    }
}
