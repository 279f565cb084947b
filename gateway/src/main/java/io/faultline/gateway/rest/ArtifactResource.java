package io.faultline.gateway.rest;

import io.faultline.artifact.ArtifactId;
import io.faultline.artifact.ArtifactStore;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.CacheControl;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.headers.Header;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Artifacts over HTTP. Whoever knows an artifact's id may have it: callers are not told apart yet. */
@Path("/api/v1/artifacts")
@Tag(name = "artifacts")
class ArtifactResource {
    private static final int ONE_YEAR_SECONDS = 31_536_000;

    private final ArtifactStore store;

    ArtifactResource(ArtifactStore store) {
        this.store = store;
    }

    @GET
    @Path("/{id}")
    @Produces({MediaType.APPLICATION_OCTET_STREAM, "image/png"})
    @Operation(
            operationId = "downloadArtifact",
            summary = "Download an artifact",
            description = "Every byte is verified against the id before the first is sent.")
    @APIResponse(
            responseCode = "200",
            description = "The bytes",
            headers = {
                @Header(
                        name = "ETag",
                        description = "The artifact's SHA-256: these bytes never change",
                        schema = @Schema(type = SchemaType.STRING)),
                @Header(
                        name = "Content-Disposition",
                        description = "A file name that tells the content's form",
                        schema = @Schema(type = SchemaType.STRING))
            },
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_OCTET_STREAM,
                            schema = @Schema(type = SchemaType.STRING, format = "binary")))
    @APIResponse(responseCode = "304", description = "The caller has these bytes")
    @APIResponse(
            responseCode = "400",
            description = "No artifact can have this id",
            content = @Content(mediaType = ProblemType.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    @APIResponse(
            responseCode = "404",
            description = "There is no such artifact",
            content = @Content(mediaType = ProblemType.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    public Response download(@PathParam("id") String text, @Context Request request) throws IOException {
        ArtifactId id = artifactId(text);
        EntityTag tag = new EntityTag(id.sha256());
        if (store.contains(id)) {
            Response.ResponseBuilder unchanged = request.evaluatePreconditions(tag);
            if (unchanged != null) {
                return unchanged.tag(tag).build();
            }
        }
        java.nio.file.Path file = store.localCopy(id);
        CacheControl forEver = new CacheControl();
        forEver.setPrivate(true);
        forEver.setMaxAge(ONE_YEAR_SECONDS);
        forEver.getCacheExtension().put("immutable", "");
        ContentForm form = ContentForm.of(file);
        return Response.ok(file)
                .type(form.mediaType())
                .tag(tag)
                .cacheControl(forEver)
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"" + form.fileName(id) + "\"")
                .header("X-Content-Type-Options", "nosniff")
                .build();
    }

    private static ArtifactId artifactId(String text) {
        try {
            return ArtifactId.parse(text);
        } catch (IllegalArgumentException e) {
            throw new InvalidParameterException("id", text, "sha256: and 64 lower-case hexadecimal digits");
        }
    }
}
