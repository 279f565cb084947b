package io.faultline.gateway.rest;

import io.faultline.artifact.ArtifactId;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The form of an artifact's bytes, told by how they begin, to name a download. */
enum ContentForm {
    ZIP("zip"),
    GZIP("tar.gz"),
    XZ("tar.xz"),
    TAR("tar"),
    SAFETENSORS("safetensors"),
    PNG("png"),
    CSV("csv"),
    JSON("json"),
    HTML("html"),
    OTHER("bin");

    /** A page says its encoding, so that no browser guesses. */
    static final String PAGE = "text/html;charset=UTF-8";

    private static final int LOOKED_AT = 512;
    private static final int TAR_MAGIC_AT = 257;
    /** Safetensors begins with the length of its JSON header, eight bytes. */
    private static final int SAFETENSORS_HEADER_AT = 8;

    private static final int NAMED_DIGITS = 12;

    private final String extension;

    ContentForm(String extension) {
        this.extension = extension;
    }

    static ContentForm of(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return of(in.readNBytes(LOOKED_AT));
        }
    }

    static ContentForm of(byte[] beginning) {
        String text = new String(beginning, StandardCharsets.ISO_8859_1);
        if (text.startsWith("PK")) {
            return ZIP;
        }
        if (text.startsWith("\u001f\u008b")) {
            return GZIP;
        }
        if (text.startsWith("\u00fd7zXZ")) {
            return XZ;
        }
        if (text.startsWith("\u0089PNG")) {
            return PNG;
        }
        if (text.lines()
                .findFirst()
                .filter(line -> line.matches("[a-z_]+(,[a-z_]+)+"))
                .isPresent()) {
            return CSV;
        }
        if (text.startsWith("ustar", TAR_MAGIC_AT)) {
            return TAR;
        }
        if (text.startsWith("{\"", SAFETENSORS_HEADER_AT)) {
            return SAFETENSORS;
        }
        if (text.startsWith("<!DOCTYPE html>")) {
            return HTML;
        }
        return text.startsWith("{") || text.startsWith("[") ? JSON : OTHER;
    }

    /** Pictures and pages are shown by browsers; all else is for other programs. */
    String mediaType() {
        return switch (this) {
            case PNG -> "image/png";
            case HTML -> PAGE;
            default -> MediaType.APPLICATION_OCTET_STREAM;
        };
    }

    /** Whether a browser opens it or keeps it. */
    String disposition() {
        return this == HTML ? "inline" : "attachment";
    }

    String fileName(ArtifactId id) {
        return named(id, extension);
    }

    static String named(ArtifactId id, String extension) {
        return "faultline-" + id.sha256().substring(0, NAMED_DIGITS) + "." + extension;
    }
}
