/**
 * The common corruptions of Hendrycks and Dietterich (ICLR 2019) by code of our own: 15 and 4 extra ones, five severities each, with
 * the parameters of CIFAR-10-C, Tiny-ImageNet-C and ImageNet-C as their authors' scripts have them.
 *
 * <p>The published sets were made by SciPy, scikit-image, OpenCV, Pillow and ImageMagick. Given the same random numbers, what is
 * made here equals what those libraries make (SciPy 1.17, scikit-image 0.26, OpenCV 5.0, Pillow 12.3, ImageMagick 6.9.11), at every
 * severity of every scale, with these differences:
 *
 * <table>
 * <caption>Where this package and the published sets part</caption>
 * <tr><th>corruption</th><th>difference</th></tr>
 * <tr><td>all random ones</td><td>own streams, by inversion: same distribution, other values</td></tr>
 * <tr><td>frost</td><td>pictures made in code with the five photographs' means, deviations and roughness; a piece may be cut
 *     across a picture's edge, where it repeats</td></tr>
 * <tr><td>elastic_transform</td><td>exact places where OpenCV rounds to 1/32 pixel: one level, in up to 4 % of the values</td></tr>
 * <tr><td>defocus_blur, gaussian_blur</td><td>one level in flat areas, where a sum falls just short of it in one order of
 *     summing and not in another</td></tr>
 * <tr><td>jpeg_compression</td><td>none with libjpeg-turbo; another library in the JDK may move pixels by a level</td></tr>
 * <tr><td>spatter</td><td>an image without any drop stays as it is, where the script divides 0 by 0 and stores black; a field above 1
 *     is cut off at 255, where the script's bytes wrap around</td></tr>
 * <tr><td>zoom_blur, snow</td><td>none but at places past the last pixel by rounding, which some versions of SciPy fill with black</td></tr>
 * </table>
 *
 * <p>Glass blur copies pixels where the script means to exchange them, since the published images are made so. Images that are not square are
 * corrupted as square ones are, each length for itself.
 */
package io.faultline.vision.corruption;
