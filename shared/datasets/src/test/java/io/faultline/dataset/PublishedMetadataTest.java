package io.faultline.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.recipe.Seed;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who took a picture, where, when and with what goes in and does not come out. */
class PublishedMetadataTest {
    /** Stands in every block of metadata below. */
    private static final String SECRET = "Jane Doe 52.5163N 13.3777E";

    private static final List<String> TRACES = List.of(
            SECRET,
            "Exif",
            "ICC_PROFILE",
            "http://ns.adobe.com/xap/1.0/",
            "Photoshop",
            "JFXX",
            "eXIf",
            "iCCP",
            "tEXt",
            "zTXt",
            "iTXt",
            "tIME",
            "pHYs");

    @TempDir
    Path folder;

    private Map<String, byte[]> files;

    @BeforeEach
    void photographs() {
        files = new LinkedHashMap<>(Packed.filesOf(TinyImages.of(DatasetForm.IMAGE_FOLDER, 2, 2, 1, 16)));
        files.put("train/ant/photo.jpg", jpegWithMetadata());
        files.put("test/bee/photo.png", pngWithMetadata());
    }

    @Test
    void filesThatGoInHoldEveryTrace() {
        String in = latin(jpegWithMetadata()) + latin(pngWithMetadata());
        assertThat(TRACES).allSatisfy(trace -> assertThat(in).contains(trace));
    }

    @Test
    void writtenDataSetHoldsNoTrace() throws IOException {
        // Given
        Path tar = Files.write(folder.resolve("upload.tar"), Packed.tar(files));

        // When
        ImageDataset read = DatasetReader.read(tar);
        String written = latin(DatasetWriterTest.written(read));

        // Then
        assertThat(read.train().ids()).contains("ant/photo");
        assertThat(read.test().ids()).contains("bee/photo");
        assertThat(TRACES).allSatisfy(trace -> assertThat(written).doesNotContain(trace));
    }

    @Test
    void encodedImagesHoldNoTrace() throws IOException {
        // Given
        ImageDataset read = DatasetReader.read(Files.write(folder.resolve("upload.tar"), Packed.tar(files)));

        // When
        List<String> written = Stream.of(ImageEncoding.png(), ImageEncoding.jpeg(95))
                .flatMap(encoding -> Stream.concat(read.train().images().stream(), read.test().images().stream())
                        .map(encoding::encode))
                .map(PublishedMetadataTest::latin)
                .toList();

        // Then
        assertThat(written).hasSize(2 * 8).allSatisfy(file -> assertThat(TRACES)
                .allSatisfy(trace -> assertThat(file).doesNotContain(trace)));
    }

    /** EXIF with a place, a JFIF thumbnail, XMP, a profile, Photoshop's block, a comment, and text behind the end. */
    private static byte[] jpegWithMetadata() {
        byte[] jpeg = Jpegs.colour(16, 24);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(jpeg, 0, 20);
        segment(out, 0xE0, "JFXX\0\u0010" + SECRET);
        segment(out, 0xE1, "Exif\0\0II*\0\b\0\0\0\0\0" + SECRET);
        segment(out, 0xE1, "http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>" + SECRET);
        segment(out, 0xE2, "ICC_PROFILE\0\u0001\u0001" + SECRET);
        segment(out, 0xED, "Photoshop 3.0\08BIM" + SECRET);
        segment(out, 0xFE, SECRET);
        out.writeBytes(Arrays.copyOfRange(jpeg, 20, jpeg.length));
        out.writeBytes(SECRET.getBytes(StandardCharsets.ISO_8859_1));
        return out.toByteArray();
    }

    private static byte[] pngWithMetadata() {
        byte[] png = PngImage.encode(TinyImages.noise(16, 16, Seed.of(3)));
        int end = png.length - 12;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(png, 0, 33);
        chunk(out, "eXIf", "MM\0*\0\0\0\b\0\0" + SECRET);
        chunk(out, "iCCP", "profile\0\0" + SECRET);
        chunk(out, "pHYs", "\0\0\u000b\u0013\0\0\u000b\u0013\u0001");
        chunk(out, "tEXt", "Author\0" + SECRET);
        out.write(png, 33, end - 33);
        chunk(out, "zTXt", "Comment\0\0" + SECRET);
        chunk(out, "iTXt", "XML:com.adobe.xmp\0\0\0\0\0" + SECRET);
        chunk(out, "tIME", "\u0007\u00ea\u0003\u0001\f\0\0");
        out.write(png, end, 12);
        out.writeBytes(SECRET.getBytes(StandardCharsets.ISO_8859_1));
        return out.toByteArray();
    }

    private static void segment(ByteArrayOutputStream out, int marker, String content) {
        byte[] bytes = content.getBytes(StandardCharsets.ISO_8859_1);
        out.writeBytes(ByteBuffer.allocate(4)
                .put((byte) 0xFF)
                .put((byte) marker)
                .putShort((short) (2 + bytes.length))
                .array());
        out.writeBytes(bytes);
    }

    private static void chunk(ByteArrayOutputStream out, String type, String content) {
        byte[] bytes = (type + content).getBytes(StandardCharsets.ISO_8859_1);
        CRC32 crc = new CRC32();
        crc.update(bytes);
        out.writeBytes(ByteBuffer.allocate(4).putInt(content.length()).array());
        out.writeBytes(bytes);
        out.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
    }

    private static String latin(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
