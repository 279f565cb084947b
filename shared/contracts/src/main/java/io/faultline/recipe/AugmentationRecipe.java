package io.faultline.recipe;

import static io.faultline.recipe.Bounds.between;
import static io.faultline.recipe.Bounds.orElse;
import static io.faultline.recipe.Bounds.required;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * Random changes of a training image, drawn anew each epoch; applied in the order of {@code grey, blur, sharpening, frequencies},
 * crop and flip, {@code autoAugment, warping, cutout, noise}, and at last {@code mixup} or {@code cutmix} of the batch.
 *
 * @param cropPadding pixels added on each side before a crop of the old size; 4 where none is given, 0 for no crop
 * @param cropBorder what those pixels are; zero where none is given
 * @param horizontalFlip whether half of the images are mirrored; true where nothing is given
 * @param autoAugment whether the CIFAR-10 policy of AutoAugment is applied (Cubuk et al., CVPR 2019); false where nothing is given
 * @param cutout null for none
 * @param mixup null for none
 * @param cutmix null for none
 * @param grey whether training, held-out and test images lose their colour; false where nothing is given
 * @param noise null for none
 * @param blur null for none
 * @param sharpening null for none
 * @param frequencies null for all
 * @param warping null for none
 */
public record AugmentationRecipe(
        Integer cropPadding,
        CropBorder cropBorder,
        Boolean horizontalFlip,
        Boolean autoAugment,
        Cutout cutout,
        Mixup mixup,
        Cutmix cutmix,
        Boolean grey,
        Noise noise,
        Blur blur,
        Sharpening sharpening,
        Frequencies frequencies,
        Warping warping) {
    /**
     * A black square anywhere on the image (DeVries and Taylor, 2017).
     *
     * @param size of its side in pixels; 16 where none is given
     */
    public record Cutout(Integer size) {
        public Cutout {
            size = between("size", orElse(size, 16), 1, 224);
        }
    }

    /**
     * Pairs of images blended, and their losses with them (Zhang et al., ICLR 2018).
     *
     * @param alpha of Beta(α, α), which the share is drawn from; 1 where none is given
     */
    public record Mixup(Double alpha) {
        public Mixup {
            alpha = between("alpha", orElse(alpha, 1.0), 1e-3, 100);
        }
    }

    /**
     * A patch of another image pasted into each, and the losses mixed by area (Yun et al., ICCV 2019).
     *
     * @param alpha of Beta(α, α), which the share is drawn from; 1 where none is given
     * @param probability that a batch is mixed at all; 0.5 where none is given (the authors' value for CIFAR)
     */
    public record Cutmix(Double alpha, Double probability) {
        public Cutmix {
            alpha = between("alpha", orElse(alpha, 1.0), 1e-3, 100);
            probability = between("probability", orElse(probability, 0.5), 0, 1);
        }
    }

    /**
     * Gaussian noise on every channel of every pixel, not clipped (Cohen et al., ICML 2019).
     *
     * @param sigma standard deviation, of the pixel range; the CUDA paper uses 0.5 (Sec. 5.2)
     */
    public record Noise(Double sigma) {
        public Noise {
            sigma = between("sigma", required("sigma", sigma, "a number from 0 to 2"), 0, 2);
        }
    }

    /**
     * A random filter of the form that CUDA uses, the CUDA paper's adaptive defence (Sec. 5.2).
     *
     * @param size k of the k×k filters, odd; 3 where none is given
     * @param bound of the entries beside the single 1; 0.3 where none is given
     */
    public record Blur(Integer size, Double bound) {
        public Blur {
            size = orElse(size, 3);
            if (size < 1 || size > 15 || size % 2 == 0) {
                throw new InvalidRecipeException("size", size, "an odd number from 1 to 15");
            }
            bound = between("bound", orElse(bound, 0.3), 0, 1);
        }
    }

    /**
     * A random sharpening filter, half of a countermeasure against CUDA (arXiv:2411.01742).
     *
     * @param centre mean of the filter's middle entry; 2.5 where none is given
     * @param deviation of the middle entry and of its four neighbours; 0.1 where none is given, 0 for a fixed filter
     * @param form sound where none is given
     */
    public record Sharpening(Double centre, Double deviation, TransformForm form) {
        public Sharpening {
            centre = between("centre", orElse(centre, 2.5), 1, 10);
            deviation = between("deviation", orElse(deviation, 0.1), 0, 1);
            form = orElse(form, TransformForm.SOUND);
        }
    }

    /**
     * The lowest frequencies of an image's discrete cosine transform, the other half of that countermeasure.
     *
     * @param percent share of rows and of columns that is kept; 30 where none is given
     */
    public record Frequencies(Integer percent) {
        public Frequencies {
            percent = between("percent", orElse(percent, 30), 1, 100);
        }
    }

    /**
     * Random bilinear warping, a countermeasure against CUDA (COIN, arXiv:2311.18403).
     *
     * @param bound of a pixel's offset, in pixels; 2 where none is given
     * @param form sound where none is given
     */
    public record Warping(Double bound, TransformForm form) {
        public Warping {
            bound = between("bound", orElse(bound, 2.0), 0, 16);
            form = orElse(form, TransformForm.SOUND);
        }
    }

    @JsonCreator
    public AugmentationRecipe(
            @JsonProperty("cropPadding") Integer cropPadding,
            @JsonProperty("cropBorder") CropBorder cropBorder,
            @JsonProperty("horizontalFlip") Boolean horizontalFlip,
            @JsonProperty("autoAugment") Boolean autoAugment,
            @JsonProperty("cutout") Cutout cutout,
            @JsonProperty("mixup") Mixup mixup,
            @JsonProperty("cutmix") Cutmix cutmix,
            @JsonProperty("grey") Boolean grey,
            @JsonProperty("noise") Noise noise,
            @JsonProperty("blur") Blur blur,
            @JsonProperty("sharpening") Sharpening sharpening,
            @JsonProperty("frequencies") Frequencies frequencies,
            @JsonProperty("warping") Warping warping) {
        this.cropPadding = between("cropPadding", orElse(cropPadding, 4), 0, 64);
        this.cropBorder = orElse(cropBorder, CropBorder.ZERO);
        this.horizontalFlip = orElse(horizontalFlip, Boolean.TRUE);
        this.autoAugment = orElse(autoAugment, Boolean.FALSE);
        this.cutout = cutout;
        if (mixup != null && cutmix != null) {
            throw new InvalidRecipeException("cutmix", "given together with mixup", "one of the two");
        }
        this.mixup = mixup;
        this.cutmix = cutmix;
        this.grey = orElse(grey, Boolean.FALSE);
        this.noise = noise;
        this.blur = blur;
        this.sharpening = sharpening;
        this.frequencies = frequencies;
        this.warping = warping;
    }

    /** Crop and flip alone. */
    public AugmentationRecipe(Integer cropPadding, Boolean horizontalFlip) {
        this(cropPadding, null, horizontalFlip, null, null, null, null, null, null, null, null, null, null);
    }
}
