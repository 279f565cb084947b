package io.faultline.dataset;

import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOInvalidTreeException;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.plugins.jpeg.JPEGQTable;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.w3c.dom.NodeList;

/**
 * {@link ImageEncoding#jpeg}. Writers are kept and used again, at most one per thread at work; their memory outside the heap goes
 * with this object.
 */
final class JpegEncoding implements ImageEncoding {
    private static final String METADATA = "javax_imageio_jpeg_image_1.0";
    /** libjpeg's limit, a little below the format's. */
    private static final int LONGEST_SIDE = 65_500;

    private static final int[] RGB_ORDER = {0, 1, 2};
    private static final ComponentColorModel SRGB = new ComponentColorModel(
            ColorSpace.getInstance(ColorSpace.CS_sRGB), false, false, Transparency.OPAQUE, DataBuffer.TYPE_BYTE);

    /** How many pixels of brightness, each way, share one of colour. */
    enum Sampling {
        /** 4:4:4. */
        FULL("1"),
        /** 4:2:0. */
        COLOUR_HALVED("2");

        private final String brightnessPerColour;

        Sampling(String brightnessPerColour) {
            this.brightnessPerColour = brightnessPerColour;
        }
    }

    private final Sampling sampling;
    private final JPEGQTable brightness;
    private final JPEGQTable colour;
    private final Queue<Encoder> idle = new ConcurrentLinkedQueue<>();

    JpegEncoding(int quality) {
        this(quality, Sampling.FULL);
    }

    JpegEncoding(int quality, Sampling sampling) {
        if (quality < 1 || quality > 100) {
            throw new IllegalArgumentException("JPEG quality " + quality + "; allowed: 1 to 100");
        }
        this.sampling = sampling;
        this.brightness = scaled(JPEGQTable.K1Luminance, quality);
        this.colour = scaled(JPEGQTable.K2Chrominance, quality);
    }

    /** The standard's example table at a quality, in libjpeg's whole numbers. */
    private static JPEGQTable scaled(JPEGQTable example, int quality) {
        int percent = quality < 50 ? 5000 / quality : 200 - 2 * quality;
        int[] steps = example.getTable();
        for (int i = 0; i < steps.length; i++) {
            // 255 is the most that a baseline JPEG can say
            steps[i] = Math.max(1, Math.min(255, (steps[i] * percent + 50) / 100));
        }
        return new JPEGQTable(steps);
    }

    @Override
    public byte[] encode(RgbImage image) {
        if (Math.max(image.height(), image.width()) > LONGEST_SIDE) {
            throw new IllegalArgumentException("an image of " + image.height() + "×" + image.width()
                    + " pixels does not fit into a JPEG; allowed: sides of at most " + LONGEST_SIDE);
        }
        Encoder encoder = idle.poll();
        if (encoder == null) {
            encoder = new Encoder();
        }
        byte[] file = encoder.encode(image);
        idle.add(encoder);
        return file;
    }

    @Override
    public String extension() {
        return "jpg";
    }

    /** One writer with its settings; for one thread at a time. */
    private final class Encoder {
        private final ImageWriter writer = PlatformJpeg.writer();
        private final ImageWriteParam param = writer.getDefaultWriteParam();
        private final IIOMetadata metadata;

        Encoder() {
            ImageTypeSpecifier type = new ImageTypeSpecifier(SRGB, SRGB.createCompatibleSampleModel(1, 1));
            param.setProgressiveMode(ImageWriteParam.MODE_DISABLED);
            metadata = writer.getDefaultImageMetadata(type, param);
            fixTablesAndSampling();
        }

        private void fixTablesAndSampling() {
            IIOMetadataNode root = (IIOMetadataNode) metadata.getAsTree(METADATA);
            List<IIOMetadataNode> channels = nodes(root, "componentSpec");
            for (IIOMetadataNode channel : channels) {
                boolean isBrightness = channel == channels.get(0);
                String factor = isBrightness ? sampling.brightnessPerColour : "1";
                channel.setAttribute("HsamplingFactor", factor);
                channel.setAttribute("VsamplingFactor", factor);
            }
            for (IIOMetadataNode table : nodes(root, "dqtable")) {
                table.setUserObject(table.getAttribute("qtableId").equals("0") ? brightness : colour);
            }
            try {
                metadata.setFromTree(METADATA, root);
            } catch (IIOInvalidTreeException e) {
                throw new IllegalStateException("the platform's JPEG writer refuses its own settings", e);
            }
        }

        private static List<IIOMetadataNode> nodes(IIOMetadataNode root, String name) {
            NodeList found = root.getElementsByTagName(name);
            return IntStream.range(0, found.getLength())
                    .mapToObj(i -> (IIOMetadataNode) found.item(i))
                    .toList();
        }

        byte[] encode(RgbImage image) {
            WritableRaster raster = Raster.createInterleavedRaster(
                    new DataBufferByte(image.pixels(), image.pixels().length),
                    image.width(),
                    image.height(),
                    3 * image.width(),
                    3,
                    RGB_ORDER,
                    null);
            BufferedImage source = new BufferedImage(SRGB, raster, false, null);
            ByteArrayOutputStream file = new ByteArrayOutputStream(image.pixels().length / 4 + 1024);
            try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(file)) {
                writer.setOutput(out);
                writer.write(null, new IIOImage(source, null, metadata), param);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } finally {
                writer.setOutput(null);
            }
            return file.toByteArray();
        }
    }
}
