package io.faultline.gateway.rest;

import io.faultline.gateway.corruption.UploadedCorruptionSets;
import io.faultline.gateway.dataset.ArtifactIntake;
import io.faultline.job.UploadedCorruptionSet;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.net.URI;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.headers.Header;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Uploads of published corruption sets over HTTP. */
@Path("/api/v1/corruption-sets")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "corruption sets")
class CorruptionSetResource {
    private final ArtifactIntake intake;
    private final UploadedCorruptionSets sets;

    CorruptionSetResource(ArtifactIntake intake, UploadedCorruptionSets sets) {
        this.intake = intake;
        this.sets = sets;
    }

    @POST
    @Consumes(MediaType.APPLICATION_OCTET_STREAM)
    @Operation(
            operationId = "uploadCorruptionSet",
            summary = "Upload a published corruption set",
            description =
                    "The body is a plain tar of CIFAR-10-C or CIFAR-100-C (CORRUPTION.npy beside labels.npy), or a plain tar or"
                            + " zip of Tiny-ImageNet-C (CORRUPTION/SEVERITY/CLASS/IMAGE). Every header, label and path is read before"
                            + " it is accepted, and an image of each severity. A recipe's evaluation.corruptions.published names it."
                            + " Of a refused upload nothing stays behind.")
    @RequestBody(
            required = true,
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_OCTET_STREAM,
                            schema = @Schema(type = SchemaType.STRING, format = "binary")))
    @APIResponse(
            responseCode = "201",
            description = "Stored; a recipe names it by artifact.id",
            headers =
                    @Header(
                            name = "Location",
                            description = "The artifact",
                            schema = @Schema(type = SchemaType.STRING)),
            content = @Content(schema = @Schema(implementation = UploadedCorruptionSet.class)))
    @APIResponse(
            responseCode = "413",
            description = "Larger than faultline.gateway.upload-limit",
            content = @Content(mediaType = ProblemType.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    @APIResponse(
            responseCode = "415",
            description = "The body is not application/octet-stream",
            content = @Content(mediaType = ProblemType.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    @APIResponse(
            responseCode = "422",
            description = "No published corruption set that can be read; the detail says what was found where",
            content = @Content(mediaType = ProblemType.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    public Response upload(
            InputStream archive, @Parameter(hidden = true) @HeaderParam(HttpHeaders.CONTENT_LENGTH) String announced) {
        if (announced != null) {
            intake.requireAcceptable(Long.parseLong(announced));
        }
        UploadedCorruptionSet set = sets.accept(archive);
        return Response.created(URI.create("/api/v1/artifacts/" + set.artifact().id()))
                .entity(set)
                .build();
    }
}
