package io.faultline.dataset;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import javax.imageio.ImageReader;
import javax.imageio.ImageWriter;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.IIOServiceProvider;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.spi.ImageWriterSpi;

/**
 * The JPEG codec that comes with the JDK, by name: other codecs may register themselves from anywhere on the class path, and
 * pixels must not depend on who does.
 */
final class PlatformJpeg {
    private static final String PACKAGE = "com.sun.imageio.plugins.jpeg.";

    private PlatformJpeg() {}

    static ImageReader reader() {
        try {
            return provider(ImageReaderSpi.class).createReaderInstance();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static ImageWriter writer() {
        try {
            return provider(ImageWriterSpi.class).createWriterInstance();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static <T extends IIOServiceProvider> T provider(Class<T> kind) {
        Iterator<T> providers = IIORegistry.getDefaultInstance().getServiceProviders(kind, false);
        while (providers.hasNext()) {
            T provider = providers.next();
            if (provider.getClass().getName().startsWith(PACKAGE)) {
                return provider;
            }
        }
        throw new IllegalStateException("this Java runtime has no JPEG codec (module java.desktop); use a full JDK");
    }
}
