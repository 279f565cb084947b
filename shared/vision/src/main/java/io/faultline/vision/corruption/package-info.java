/**
 * The common corruptions of Hendrycks and Dietterich (ICLR 2019) by code of our own: 15 and 4 extra ones, five severities each, with
 * the parameters of CIFAR-10-C, Tiny-ImageNet-C and ImageNet-C.
 */
package io.faultline.vision.corruption;
