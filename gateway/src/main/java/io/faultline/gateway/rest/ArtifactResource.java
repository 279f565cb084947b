package io.faultline.gateway.rest;

import io.faultline.artifact.ArtifactId;
import io.faultline.artifact.ArtifactStore;
import io.faultline.checkpoint.InvalidCheckpointException;
import io.faultline.checkpoint.TorchConversion;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.CacheControl;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.headers.Header;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Artifacts over HTTP. Whoever knows an artifact's id may have it: callers are not told apart yet. */
@Path("/api/v1/artifacts")
@Tag(name = "artifacts")
class ArtifactResource {
    private static final int ONE_YEAR_SECONDS = 31_536_000;
    private static final String FORMAT = "format";
    private static final String PTH = "pth";
    /** What the metadata of weights names their network's architecture by. */
    private static final String NETWORK = "architecture";

    private static final String POWERLESS =
            "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

    private final ArtifactStore store;

    ArtifactResource(ArtifactStore store) {
        this.store = store;
    }

    @GET
    @Path("/{id}")
    @Produces({MediaType.APPLICATION_OCTET_STREAM, "image/png", ContentForm.PAGE})
    @Operation(
            operationId = "downloadArtifact",
            summary = "Download an artifact",
            description =
                    "Every byte is verified against the id before the first is sent. Weights of this cluster come as PyTorch's"
                            + " torch.load(file, weights_only=True) reads them where format is pth: the same names in the same"
                            + " order, as a plain state dict.")
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
            description = "No artifact can have this id, or it cannot be converted to this format",
            content = @Content(mediaType = ProblemType.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    @APIResponse(
            responseCode = "404",
            description = "There is no such artifact",
            content = @Content(mediaType = ProblemType.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    public Response download(
            @PathParam("id") String text,
            @Parameter(
                            description = "What weights are converted to; left out, the bytes come as they are stored",
                            schema = @Schema(type = SchemaType.STRING, enumeration = PTH))
                    @QueryParam(FORMAT)
                    String format,
            @Context Request request)
            throws IOException {
        ArtifactId id = artifactId(text);
        if (format != null && !format.equals(PTH)) {
            throw new InvalidParameterException(FORMAT, format, PTH + ", or nothing for the stored bytes");
        }
        EntityTag tag = new EntityTag(format == null ? id.sha256() : id.sha256() + "." + format);
        if (store.contains(id)) {
            Response.ResponseBuilder unchanged = request.evaluatePreconditions(tag);
            if (unchanged != null) {
                return unchanged.tag(tag).build();
            }
        }
        java.nio.file.Path file = store.localCopy(id);
        Response.ResponseBuilder answer = format == null ? asStored(id, file) : asStateDict(id, file);
        CacheControl forEver = new CacheControl();
        forEver.setPrivate(true);
        forEver.setMaxAge(ONE_YEAR_SECONDS);
        forEver.getCacheExtension().put("immutable", "");
        return answer.tag(tag)
                .cacheControl(forEver)
                .header("X-Content-Type-Options", "nosniff")
                .build();
    }

    private static Response.ResponseBuilder asStored(ArtifactId id, java.nio.file.Path file) throws IOException {
        ContentForm form = ContentForm.of(file);
        Response.ResponseBuilder answer = Response.ok(file)
                .type(form.mediaType())
                .header(HttpHeaders.CONTENT_DISPOSITION, disposition(form.disposition(), form.fileName(id)));
        // a page of a job's is shown, but may do nothing: no script, no request, no cookie of this origin
        return form == ContentForm.HTML ? answer.header("Content-Security-Policy", POWERLESS) : answer;
    }

    /** Weights that a stage of this cluster wrote name their network; other tensors are no state dict. */
    private static Response.ResponseBuilder asStateDict(ArtifactId id, java.nio.file.Path file) throws IOException {
        ContentForm form = ContentForm.of(file);
        if (form != ContentForm.SAFETENSORS) {
            throw notWeights();
        }
        TorchConversion conversion = conversion(file);
        if (!conversion.metadata().containsKey(NETWORK)) {
            throw notWeights();
        }
        return Response.ok((StreamingOutput) conversion::writeTo)
                .type(MediaType.APPLICATION_OCTET_STREAM)
                .header(HttpHeaders.CONTENT_DISPOSITION, disposition("attachment", ContentForm.named(id, PTH)));
    }

    private static TorchConversion conversion(java.nio.file.Path file) {
        try {
            return TorchConversion.of(file);
        } catch (InvalidCheckpointException e) {
            throw new InvalidParameterException(
                    FORMAT, PTH, "nothing, since these weights cannot be converted: " + e.getMessage());
        }
    }

    private static InvalidParameterException notWeights() {
        return new InvalidParameterException(
                FORMAT, PTH, PTH + " for weights that a job trained or refined; leave format out for this artifact");
    }

    private static String disposition(String kind, String fileName) {
        return kind + "; filename=\"" + fileName + "\"";
    }

    private static ArtifactId artifactId(String text) {
        try {
            return ArtifactId.parse(text);
        } catch (IllegalArgumentException e) {
            throw new InvalidParameterException("id", text, "sha256: and 64 lower-case hexadecimal digits");
        }
    }
}
