package io.faultline.poison.cuda;

import io.faultline.dataset.RgbImage;
import java.util.List;
import java.util.stream.IntStream;

/**
 * CUDA's transformation of one image (Sadasivan et al., CVPR 2023, Sec. 3.3): x̂ = x ∗ s_i with the filter of the image's
 * class, the same for all three channels, then x̃ = x̂ / max(x̂) over all pixels and channels, as bytes. Size and label stay.
 *
 * <p>The convolution is the cross-correlation that PyTorch calls so, with k/2 zero pixels of padding on each side. An image
 * that is zero everywhere, or whose every tap falls on zeros, becomes black. Thread-safe: each thread that calls it keeps scratch
 * memory of its own, about 16 MB for large images (twice that at most), as long as this object lives.
 *
 * @implNote Where the authors' script cuts the fraction off ({@code astype(uint8)}), the default rounds to the nearest level,
 *     ties to even as PyTorch's {@code round}: truncation, an option, darkens each image by half a level. The script's padding
 *     of 1 for every k, which would shrink images for k above 3, is k/2 here. All arithmetic is float32 in the order and with the
 *     roundings of PyTorch's convolution, see {@link ConvolutionKernel}.
 */
public final class ClassWiseConvolution {
    private final int kernelSize;
    private final List<float[]> weights;
    private final ConvolutionOptions options;
    private final ThreadLocal<Kernels> kernels;

    /** With default options. */
    public ClassWiseConvolution(FilterBank filters) {
        this(filters, ConvolutionOptions.defaults());
    }

    public ClassWiseConvolution(FilterBank filters, ConvolutionOptions options) {
        this(filters, options, Arithmetic.present());
    }

    ClassWiseConvolution(FilterBank filters, ConvolutionOptions options, Arithmetic arithmetic) {
        this.kernelSize = filters.kernelSize();
        this.weights =
                IntStream.range(0, filters.classes()).mapToObj(filters::weights).toList();
        this.options = options;
        this.kernels = ThreadLocal.withInitial(() -> Kernels.of(kernelSize, arithmetic));
    }

    /**
     * The image seen through its class's filter.
     *
     * @param label 0 to the number of classes − 1
     * @throws IllegalArgumentException if the filter is larger than the image or the label has no filter
     */
    public ConvolvedImage apply(RgbImage image, int label) {
        if (kernelSize > image.height() || kernelSize > image.width()) {
            throw new IllegalArgumentException("kernel size is " + kernelSize + "; expected at most the image's size, "
                    + image.height() + "×" + image.width());
        }
        if (label < 0 || label >= weights.size()) {
            throw new IllegalArgumentException("label is " + label + "; expected 0 to " + (weights.size() - 1)
                    + ", the classes that have a filter");
        }
        byte[] levels = new byte[image.pixels().length];
        kernels.get()
                .suiting(image)
                .apply(image.pixels(), image.height(), image.width(), weights.get(label), options.rounding(), levels);
        RgbImage result = new RgbImage(image.height(), image.width(), levels);
        return new ConvolvedImage(options.colour().render(result), 0);
    }

    /**
     * Many images, each on one thread, all on as many threads as the caller's fork-join pool has.
     *
     * @param labels one per image
     * @return in the images' order
     * @throws IllegalArgumentException as for a single one, or if there are more or fewer labels than images
     */
    public List<ConvolvedImage> apply(List<RgbImage> images, int[] labels) {
        if (images.size() != labels.length) {
            throw new IllegalArgumentException(
                    images.size() + " images and " + labels.length + " labels; expected one label per image");
        }
        return IntStream.range(0, labels.length)
                .parallel()
                .mapToObj(i -> apply(images.get(i), labels[i]))
                .toList();
    }

    /** One thread's kernels: a loop for small images where there is one, one for all images, and vectors where there are any. */
    private record Kernels(
            int kernelSize,
            Arithmetic arithmetic,
            ConvolutionKernel small,
            ConvolutionKernel any,
            ConvolutionKernel vectors) {
        static Kernels of(int kernelSize, Arithmetic arithmetic) {
            if (kernelSize == 1) {
                ConvolutionKernel point = new PointKernel();
                return new Kernels(kernelSize, Arithmetic.LOOPS, point, point, point);
            }
            ConvolutionKernel any = new RowKernel(kernelSize);
            ConvolutionKernel vectors =
                    switch (arithmetic) {
                        case LOOPS -> any;
                        case VECTORS -> new VectorKernel(kernelSize);
                    };
            return new Kernels(kernelSize, arithmetic, new LaneKernel(), any, vectors);
        }

        ConvolutionKernel suiting(RgbImage image) {
            if (arithmetic.suits(kernelSize, image.width())) {
                return vectors;
            }
            return LaneKernel.suits(kernelSize, image.height(), image.width()) ? small : any;
        }
    }
}
