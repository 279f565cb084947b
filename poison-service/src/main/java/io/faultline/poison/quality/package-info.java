/** What the protection did to the images, as numbers per class, as a verdict and as a picture. */
package io.faultline.poison.quality;
