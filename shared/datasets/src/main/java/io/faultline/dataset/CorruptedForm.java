package io.faultline.dataset;

/** How a published set of corrupted images is laid out. */
public enum CorruptedForm {
    /** CIFAR-10-C and CIFAR-100-C: an array for each corruption, labels by number. */
    ARRAYS,
    /** Tiny-ImageNet-C and ImageNet-C: a folder for each corruption, severity and class. */
    FOLDERS
}
