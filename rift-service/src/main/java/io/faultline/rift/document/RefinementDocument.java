package io.faultline.rift.document;

import io.faultline.artifact.ArtifactRef;
import io.faultline.json.FaultlineJson;
import io.quarkus.qute.Engine;
import io.quarkus.qute.HtmlEscaper;
import io.quarkus.qute.RawString;
import io.quarkus.qute.Template;
import io.quarkus.qute.Variant;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * The report of a refinement in its two forms. Equal refinements give equal bytes.
 *
 * <p>The page is one file: it asks for nothing from elsewhere, needs no script to be read, follows the reader's choice of dark or
 * light, and is well-formed XML too. Whatever users named is escaped.
 *
 * @implNote Qute without its extension, so that a test renders what the service renders
 */
public final class RefinementDocument {
    private static final String TEMPLATE = "templates/rift-report.html";
    private static final String STYLE = "templates/rift-report.css";

    private final Template template;
    private final RawString style = new RawString(resource(STYLE));

    public RefinementDocument() {
        String type = Variant.TEXT_HTML;
        Engine engine = Engine.builder()
                .addDefaults()
                .addValueResolver(new RecordValues())
                .addResultMapper(new HtmlEscaper(List.of(type)))
                .strictRendering(true)
                .build();
        template =
                engine.parse(resource(TEMPLATE), new Variant(Locale.ENGLISH, StandardCharsets.UTF_8, type), TEMPLATE);
    }

    /**
     * The page for people, UTF-8.
     *
     * @param json {@link #json} as it is stored, which the page then names; null if it is not stored
     */
    public byte[] html(Refinement refinement, ArtifactRef json) {
        return template.data("page", Page.of(refinement, json))
                .data("style", style)
                .render()
                .getBytes(StandardCharsets.UTF_8);
    }

    /** The same for programs: recipe, what the stages told, seeds and platform as canonical JSON. */
    public static byte[] json(Refinement refinement) {
        return FaultlineJson.canonicalBytes(refinement);
    }

    private static String resource(String name) {
        try (InputStream in = RefinementDocument.class.getClassLoader().getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the service was built without " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
