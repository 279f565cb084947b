package io.faultline.rift.document;

import io.faultline.report.PairedDifference;

/** What a difference of accuracies says, read against its standard error. */
enum Reading {
    GAIN("a gain beyond noise"),
    LOSS("a loss beyond noise"),
    NOISE("within noise"),
    UNCHANGED("unchanged");

    /** How many standard errors a difference must reach. */
    static final double STANDARD_ERRORS = 2;

    private final String words;

    Reading(String words) {
        this.words = words;
    }

    String words() {
        return words;
    }

    static Reading of(PairedDifference difference) {
        if (difference.points() == 0 && difference.standardError() == 0) {
            return UNCHANGED;
        }
        if (Math.abs(difference.points()) < STANDARD_ERRORS * difference.standardError()) {
            return NOISE;
        }
        return difference.points() > 0 ? GAIN : LOSS;
    }
}
