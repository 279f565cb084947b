package io.faultline.recipe;

import static io.faultline.recipe.Bounds.between;
import static io.faultline.recipe.Bounds.orElse;
import static io.faultline.recipe.Bounds.whole;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * Class-wise convolutions (CUDA, Sadasivan et al., CVPR 2023, Sec. 3.3): one private filter per class.
 *
 * @param kernelSize k of the k×k filters, odd; 3 where none is given (the paper's CIFAR value)
 * @param blur p_b, the upper bound of the filters' entries beside the single 1; 0.3 where none is given
 * @param fraction share of the training images of the protected classes that is protected; 1 where none is given
 * @param numpySeed draws the filters as NumPy's legacy generator does, for reproduction; insecure, since 2³² seeds can be
 *     searched; null for filters from the service's master key
 * @param selection which images, if not all; stratified where none is given
 * @param classes names of the classes that are protected; null for all
 * @param filters class-wise where none is given
 * @param rounding nearest where none is given
 * @param colour RGB where none is given
 * @param controls test sets to be made beside the published data, on which the trainer measures the model; none where none is
 *     given
 * @param format of the published images; PNG where none is given
 * @param jpegQuality 1 to 100; 95 where none is given; null for PNG
 * @param keyId of the master key that the filters come from, for one that is no longer the newest; null for the newest
 * @param leakAudit whether to measure what leaked pairs of original and published image would give away; false where none is
 *     given
 */
public record CudaRecipe(
        Integer kernelSize,
        Double blur,
        Double fraction,
        Long numpySeed,
        ImageSelection selection,
        List<String> classes,
        FilterAssignment filters,
        PixelRounding rounding,
        ColourMode colour,
        List<ControlSet> controls,
        PublishedFormat format,
        Integer jpegQuality,
        String keyId,
        Boolean leakAudit) {
    private static final int LARGEST_KERNEL = 63;
    private static final long LARGEST_NUMPY_SEED = 0xFFFF_FFFFL;
    private static final int USUAL_JPEG_QUALITY = 95;

    @JsonCreator
    public CudaRecipe(
            @JsonProperty("kernelSize") Integer kernelSize,
            @JsonProperty("blur") Double blur,
            @JsonProperty("fraction") Double fraction,
            @JsonProperty("numpySeed") Long numpySeed,
            @JsonProperty("selection") ImageSelection selection,
            @JsonProperty("classes") List<String> classes,
            @JsonProperty("filters") FilterAssignment filters,
            @JsonProperty("rounding") PixelRounding rounding,
            @JsonProperty("colour") ColourMode colour,
            @JsonProperty("controls") List<ControlSet> controls,
            @JsonProperty("format") PublishedFormat format,
            @JsonProperty("jpegQuality") Integer jpegQuality,
            @JsonProperty("keyId") String keyId,
            @JsonProperty("leakAudit") Boolean leakAudit) {
        this.kernelSize = orElse(kernelSize, 3);
        if (this.kernelSize < 1 || this.kernelSize > LARGEST_KERNEL || this.kernelSize % 2 == 0) {
            throw new InvalidRecipeException(
                    "kernelSize",
                    this.kernelSize,
                    "an odd number from 1 to " + LARGEST_KERNEL + ", and no larger than the images");
        }
        this.blur = between("blur", orElse(blur, 0.3), 0, 1);
        this.fraction = between("fraction", orElse(fraction, 1.0), 0, 1);
        if (numpySeed != null && (numpySeed < 0 || numpySeed > LARGEST_NUMPY_SEED)) {
            throw new InvalidRecipeException("numpySeed", numpySeed, "a whole number from 0 to " + LARGEST_NUMPY_SEED);
        }
        this.numpySeed = numpySeed;
        this.selection = orElse(selection, ImageSelection.STRATIFIED);
        this.classes = classes == null ? null : whole("classes", classes, "names of classes");
        if (classes != null && classes.isEmpty()) {
            throw new InvalidRecipeException("classes", "empty", "names of classes, or nothing for all of them");
        }
        this.filters = orElse(filters, FilterAssignment.CLASS_WISE);
        this.rounding = orElse(rounding, PixelRounding.NEAREST);
        this.colour = orElse(colour, ColourMode.RGB);
        this.controls = whole("controls", orElse(controls, List.of()), "names of control sets");
        this.format = orElse(format, PublishedFormat.PNG);
        if (jpegQuality != null && this.format != PublishedFormat.JPEG) {
            throw new InvalidRecipeException("jpegQuality", jpegQuality, "nothing, unless format is jpeg");
        }
        this.jpegQuality = this.format == PublishedFormat.JPEG
                ? Integer.valueOf(between("jpegQuality", orElse(jpegQuality, USUAL_JPEG_QUALITY), 1, 100))
                : null;
        if (keyId != null && (numpySeed != null || !keyId.matches("[0-9a-f]{16}"))) {
            throw new InvalidRecipeException(
                    "keyId",
                    "'" + keyId + "'" + (numpySeed == null ? "" : " together with a numpySeed"),
                    "16 lower-case hexadecimal digits, and no numpySeed beside it");
        }
        this.keyId = keyId;
        this.leakAudit = orElse(leakAudit, false);
    }

    /** The method itself, without any option. */
    public CudaRecipe(Integer kernelSize, Double blur, Double fraction, Long numpySeed) {
        this(kernelSize, blur, fraction, numpySeed, null, null, null, null, null, null, null, null, null, null);
    }
}
