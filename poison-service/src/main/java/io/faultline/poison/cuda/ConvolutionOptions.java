package io.faultline.poison.cuda;

/**
 * What may differ in the class-wise convolution beside its filters.
 *
 * @param rounding of the values to bytes
 * @param colour of the result: grey is made of the convolved image, as in the paper's test of grey-scale data (Sadasivan et
 *     al., CVPR 2023, Sec. 5.2); the convolution itself always sees three channels
 */
public record ConvolutionOptions(Rounding rounding, Colour colour) {
    private static final ConvolutionOptions DEFAULTS = new ConvolutionOptions(Rounding.NEAREST, Colour.RGB);

    /** The nearest level, colours kept. */
    public static ConvolutionOptions defaults() {
        return DEFAULTS;
    }

    public ConvolutionOptions with(Rounding other) {
        return new ConvolutionOptions(other, colour);
    }

    public ConvolutionOptions with(Colour other) {
        return new ConvolutionOptions(rounding, other);
    }
}
