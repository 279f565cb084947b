package io.faultline.dataset;

/** How a data set lies on disk. */
public enum DatasetForm {
    /** The official CIFAR-10 binary version: {@code data_batch_1.bin} … {@code test_batch.bin}, {@code batches.meta.txt}. */
    CIFAR10_BINARY,
    /** The official CIFAR-100 binary version: {@code train.bin}, {@code test.bin}, {@code fine_label_names.txt}. */
    CIFAR100_BINARY,
    /** {@code train/<class>/<image>} and {@code test/<class>/<image>}. */
    IMAGE_FOLDER,
    /** The official Tiny-ImageNet layout, whose {@code val} part is the test split. */
    TINY_IMAGENET
}
