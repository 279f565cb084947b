package io.faultline.gateway.rest;

import io.faultline.gateway.checkpoint.UploadedCheckpoints;
import io.faultline.gateway.dataset.ArtifactIntake;
import io.faultline.job.UploadedCheckpoint;
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

/** Uploads of weights over HTTP. */
@Path("/api/v1/checkpoints")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "checkpoints")
class CheckpointResource {
    private final ArtifactIntake intake;
    private final UploadedCheckpoints checkpoints;

    CheckpointResource(ArtifactIntake intake, UploadedCheckpoints checkpoints) {
        this.intake = intake;
        this.checkpoints = checkpoints;
    }

    @POST
    @Consumes(MediaType.APPLICATION_OCTET_STREAM)
    @Operation(
            operationId = "uploadCheckpoint",
            summary = "Upload weights",
            description =
                    "The body is a safetensors file, or a state dict as PyTorch's torch.save writes it (.pth, .pt)."
                            + " A recipe's training.start names it; the job measures it at once, and fails if it does not fit the"
                            + " recipe's architecture. Of a refused upload nothing stays behind.")
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
            content = @Content(schema = @Schema(implementation = UploadedCheckpoint.class)))
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
            description = "No file of weights",
            content = @Content(mediaType = ProblemType.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    public Response upload(
            InputStream file, @Parameter(hidden = true) @HeaderParam(HttpHeaders.CONTENT_LENGTH) String announced) {
        if (announced != null) {
            intake.requireAcceptable(Long.parseLong(announced));
        }
        UploadedCheckpoint checkpoint = checkpoints.accept(file);
        return Response.created(
                        URI.create("/api/v1/artifacts/" + checkpoint.artifact().id()))
                .entity(checkpoint)
                .build();
    }
}
