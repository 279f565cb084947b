package io.faultline.gateway.rest;

import io.faultline.gateway.dataset.ArtifactIntake;
import io.faultline.gateway.dataset.DatasetUpload;
import io.faultline.job.UploadedDataset;
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

/** Uploads of data sets over HTTP. */
@Path("/api/v1/datasets")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "data sets")
class DatasetResource {
    private final ArtifactIntake intake;
    private final DatasetUpload upload;

    DatasetResource(ArtifactIntake intake, DatasetUpload upload) {
        this.intake = intake;
        this.upload = upload;
    }

    @POST
    @Consumes(MediaType.APPLICATION_OCTET_STREAM)
    @Operation(
            operationId = "uploadDataset",
            summary = "Upload a data set",
            description = "The body is an archive (zip, tar, tar.gz, tar.xz) of CIFAR's binary files, an image folder"
                    + " (train/CLASS/IMAGE with test/CLASS/IMAGE or val/CLASS/IMAGE) or the Tiny-ImageNet layout. It is read"
                    + " before it is accepted; of a refused one nothing stays behind.")
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
            content = @Content(schema = @Schema(implementation = UploadedDataset.class)))
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
            description = "No data set that can be read; the detail says what was found where",
            content = @Content(mediaType = ProblemType.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    public Response upload(
            InputStream archive, @Parameter(hidden = true) @HeaderParam(HttpHeaders.CONTENT_LENGTH) String announced) {
        if (announced != null) {
            intake.requireAcceptable(Long.parseLong(announced));
        }
        UploadedDataset dataset = upload.accept(archive);
        return Response.created(
                        URI.create("/api/v1/artifacts/" + dataset.artifact().id()))
                .entity(dataset)
                .build();
    }
}
