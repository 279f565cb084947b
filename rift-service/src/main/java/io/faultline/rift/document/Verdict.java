package io.faultline.rift.document;

import io.faultline.report.PairedDifference;
import io.faultline.report.RiftReport;

/**
 * What came out, in plain words.
 *
 * @param tone by which the page colours it
 */
record Verdict(String headline, Tone tone) {
    enum Tone {
        GOOD,
        MIXED,
        BAD
    }

    static Verdict of(RiftReport report) {
        PairedDifference clean = report.change().clean();
        PairedDifference robust = report.change().robust();
        if (report.alpha() == 0) {
            return new Verdict("Nothing was gained: the trained network stays as it is.", Tone.MIXED);
        }
        return new Verdict(clean(clean) + robust(clean, robust), tone(Reading.of(clean), Reading.of(robust)));
    }

    private static String clean(PairedDifference clean) {
        return switch (Reading.of(clean)) {
            case GAIN -> "Clean accuracy rose by " + Notation.size(clean.points()) + " points";
            case LOSS -> "Clean accuracy fell by " + Notation.size(clean.points()) + " points";
            case NOISE -> "Clean accuracy changed by " + Notation.points(clean.points()) + " points, within noise";
            case UNCHANGED -> "Clean accuracy did not change";
        };
    }

    private static String robust(PairedDifference clean, PairedDifference robust) {
        boolean gained = Reading.of(clean) == Reading.GAIN;
        return switch (Reading.of(robust)) {
            case GAIN ->
                (gained ? ", and" : ", but") + " robust accuracy rose by " + Notation.size(robust.points())
                        + " points.";
            case LOSS ->
                (gained ? ", but" : ", and") + " robust accuracy fell by " + Notation.size(robust.points())
                        + " points.";
            case NOISE ->
                (gained ? ", and" : ";") + " robust accuracy held (" + Notation.points(robust.points())
                        + " points, within noise).";
            case UNCHANGED -> (gained ? ", and" : ";") + " robust accuracy is the same.";
        };
    }

    private static Tone tone(Reading clean, Reading robust) {
        if (robust == Reading.LOSS || clean == Reading.LOSS) {
            return Tone.BAD;
        }
        return clean == Reading.GAIN || robust == Reading.GAIN ? Tone.GOOD : Tone.MIXED;
    }
}
