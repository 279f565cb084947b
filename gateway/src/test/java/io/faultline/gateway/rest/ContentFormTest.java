package io.faultline.gateway.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.artifact.ArtifactId;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContentFormTest {
    @ParameterizedTest
    @CsvSource({
        "ZIP, PK\u0003\u0004",
        "GZIP, '\u001f\u008b\u0008'",
        "XZ, \u00fd7zXZ",
        "SAFETENSORS, '\u0040\u0002\u0002\u0002\u0002\u0002\u0002\u0002{\"layer1'",
        "PNG, '\u0089PNG'",
        "CSV, 'dimension,a_minus,a_plus'",
        "JSON, '{\"ranking\": 1}'",
        "HTML, '<!DOCTYPE html>'",
        "OTHER, '<html>'"
    })
    void isToldByTheFirstBytes(ContentForm form, String beginning) {
        assertThat(ContentForm.of(beginning.getBytes(StandardCharsets.ISO_8859_1)))
                .isEqualTo(form);
    }

    @Test
    void aTarIsToldByItsMagic() {
        String header = "train/left/0.png" + "\0".repeat(257 - 16) + "ustar";

        assertThat(ContentForm.of(header.getBytes(StandardCharsets.ISO_8859_1))).isEqualTo(ContentForm.TAR);
    }

    @Test
    void anEmptyArtifactHasNone() {
        assertThat(ContentForm.of(new byte[0])).isEqualTo(ContentForm.OTHER);
    }

    @Test
    void onlyAPageIsOpenedByTheBrowser() {
        assertThat(ContentForm.HTML.disposition()).isEqualTo("inline");
        assertThat(ContentForm.HTML.mediaType()).isEqualTo("text/html;charset=UTF-8");
        assertThat(ContentForm.JSON.disposition()).isEqualTo("attachment");
    }

    @Test
    void aDownloadIsNamedByDigestAndForm() {
        assertThat(ContentForm.SAFETENSORS.fileName(new ArtifactId("0123456789abcdef".repeat(4))))
                .isEqualTo("faultline-0123456789ab.safetensors");
    }
}
