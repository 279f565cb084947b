package io.faultline.poison.quality;

import java.util.List;

/**
 * One thing that the gate does not let pass in silence. Its texts name classes and measures, never a filter's entries.
 *
 * @param classes names of the class or the two classes concerned; empty for the data set as a whole
 * @param measured what was found, as a sentence with its numbers
 * @param allowed the limit that it crosses
 * @param remedy what to do
 */
public record QualityFinding(
        Severity severity, Code code, List<String> classes, String measured, String allowed, String remedy) {
    public QualityFinding {
        classes = List.copyOf(classes);
    }

    /** What a finding means for the job. */
    public enum Severity {
        /** The class, or the set, is not fit to be published: the job fails. */
        BROKEN,
        /** The set is published, and its owner should know. */
        WARNING
    }

    /** What was found. */
    public enum Code {
        /** An image's values were not finite. */
        NOT_FINITE,
        /** Images became one colour or black. */
        FLAT_IMAGES,
        /** Images are what they were: nothing protects them. */
        UNCHANGED_IMAGES,
        /** The filter leaves every image what it was, but for brightness. */
        IDENTITY_FILTER,
        /** The filter only moves the image. */
        MOVED_ONLY,
        /** PSNR or SSIM is so low that the images are no use to anyone. */
        DESTROYED_IMAGES,
        /** PSNR or SSIM is so high that little was done. */
        BARELY_CHANGED,
        /** Many values were cut off at the ends of the range. */
        CLIPPED_VALUES,
        /** All classes have the same filter. */
        UNIVERSAL_FILTER,
        /** Two classes have nearly the same filter. */
        SIMILAR_FILTERS,
        /** No protected image was measured. */
        NOTHING_MEASURED
    }

    /** The finding as one line of text. */
    public String text() {
        String subject = classes.isEmpty() ? "the data set" : "class " + String.join(" and class ", classes);
        return severity + " " + code + ", " + subject + ": " + measured + "; allowed: " + allowed + ". " + remedy;
    }
}
