package io.faultline.gateway.rest;

import io.faultline.event.JobId;
import io.faultline.gateway.job.IdempotencyKey;
import io.faultline.gateway.job.Jobs;
import io.faultline.gateway.job.Submission;
import io.faultline.job.JobPage;
import io.faultline.job.JobSnapshot;
import io.faultline.job.JobState;
import io.faultline.json.FaultlineJson;
import io.faultline.recipe.Recipe;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Multi;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.headers.Header;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Jobs over HTTP. */
@Path("/api/v1/jobs")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "jobs")
class JobResource {
    private static final int LARGEST_RECIPE_BYTES = 256 * 1024;
    private static final Pattern TRACEPARENT = Pattern.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");

    private final Jobs jobs;
    private final JobStreams streams;

    JobResource(Jobs jobs, JobStreams streams) {
        this.jobs = jobs;
        this.streams = streams;
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "submitJob",
            summary = "Submit a job",
            description =
                    "A stage that is left out of the recipe is not run; a field that is left out has its default. The"
                            + " answer's recipe has every default filled in. Once accepted, a job is worked on even if this gateway"
                            + " or the broker fails in the next moment.")
    @RequestBody(
            required = true,
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = Recipe.class)))
    @APIResponse(
            responseCode = "202",
            description = "Accepted, or accepted before under the same Idempotency-Key",
            headers = @Header(name = "Location", description = "The job", schema = @Schema(type = SchemaType.STRING)),
            content = @Content(schema = @Schema(implementation = JobSnapshot.class)))
    @APIResponse(
            responseCode = "400",
            description =
                    "Not JSON, an unknown field, or a value out of bounds; the answer names field, value and bound",
            content = @Content(mediaType = ProblemType.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    @APIResponse(
            responseCode = "413",
            description = "The recipe is longer than 256 KiB",
            content = @Content(mediaType = ProblemType.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    @APIResponse(
            responseCode = "415",
            description = "The body is not application/json",
            content = @Content(mediaType = ProblemType.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    @APIResponse(
            responseCode = "422",
            description =
                    "The uploaded data set, checkpoint or corruption set is not there, or the key came with another recipe"
                            + " before",
            content = @Content(mediaType = ProblemType.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    public Response submit(
            InputStream recipe,
            @Parameter(
                            description =
                                    "The caller's name for this submission, 1 to 200 visible ASCII characters: sent"
                                            + " again with the same recipe, it leads to the same job")
                    @HeaderParam("Idempotency-Key")
                    String idempotencyKey,
            @Parameter(description = "W3C trace context that the job goes on with") @HeaderParam("traceparent")
                    String traceparent)
            throws IOException {
        JobSnapshot job = jobs.submit(
                new Submission(FaultlineJson.readRecipe(bytes(recipe)), key(idempotencyKey), trace(traceparent)));
        return Response.accepted(job)
                .location(URI.create("/api/v1/jobs/" + job.id()))
                .build();
    }

    @GET
    @Operation(operationId = "listJobs", summary = "List jobs, newest first")
    @APIResponse(
            responseCode = "200",
            description = "One page; its member next is what to pass as after for the following one",
            content = @Content(schema = @Schema(implementation = JobPage.class)))
    @APIResponse(
            responseCode = "400",
            description = "A parameter has a value that is not allowed",
            content = @Content(mediaType = ProblemType.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    public JobPage list(
            @Parameter(description = "Only jobs in this state", schema = @Schema(implementation = JobState.class))
                    @QueryParam("state")
                    String state,
            @Parameter(
                            description = "Jobs on a page",
                            schema =
                                    @Schema(
                                            type = SchemaType.INTEGER,
                                            minimum = "1",
                                            maximum = "200",
                                            defaultValue = "50"))
                    @QueryParam("limit")
                    String limit,
            @Parameter(description = "What the page before named as next") @QueryParam("after") String after) {
        PageQuery query = PageQuery.parse(state, limit, after);
        return jobs.page(query.state(), query.after(), query.limit());
    }

    @GET
    @Path("/{id}")
    @Operation(operationId = "getJob", summary = "Look at a job")
    @APIResponse(
            responseCode = "200",
            description = "The job as it stands",
            content = @Content(schema = @Schema(implementation = JobSnapshot.class)))
    @APIResponse(
            responseCode = "400",
            description = "The id is no UUID",
            content = @Content(mediaType = ProblemType.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    @APIResponse(
            responseCode = "404",
            description = "There is no such job",
            content = @Content(mediaType = ProblemType.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    public JobSnapshot get(@PathParam("id") String id) {
        return jobs.get(jobId(id)).snapshot();
    }

    @DELETE
    @Path("/{id}")
    @Operation(
            operationId = "cancelJob",
            summary = "Cancel a job",
            description = "The job ends as CANCELLED at once; a worker that has it in hand stops soon after.")
    @APIResponse(
            responseCode = "202",
            description = "The job, cancelled",
            content = @Content(schema = @Schema(implementation = JobSnapshot.class)))
    @APIResponse(
            responseCode = "400",
            description = "The id is no UUID",
            content = @Content(mediaType = ProblemType.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    @APIResponse(
            responseCode = "404",
            description = "There is no such job",
            content = @Content(mediaType = ProblemType.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    @APIResponse(
            responseCode = "409",
            description = "The job has ended already",
            content = @Content(mediaType = ProblemType.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    public Response cancel(@PathParam("id") String id) {
        return Response.accepted(jobs.cancel(jobId(id))).build();
    }

    @GET
    @Path("/{id}/events")
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @Blocking
    @Operation(
            operationId = "followJob",
            summary = "Follow a job",
            description = "Server-sent events: snapshot (a JobSnapshot) first and at each change of state or stage,"
                    + " progress (a JobProgressed) in between. The stream ends after the snapshot of an ended job; a caller"
                    + " that reconnects by itself must stop there.")
    @APIResponse(
            responseCode = "200",
            description = "The stream",
            content =
                    @Content(
                            mediaType = MediaType.SERVER_SENT_EVENTS,
                            schema = @Schema(implementation = JobSnapshot.class)))
    @APIResponse(
            responseCode = "400",
            description = "The id is no UUID",
            content = @Content(mediaType = ProblemType.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    @APIResponse(
            responseCode = "404",
            description = "There is no such job",
            content = @Content(mediaType = ProblemType.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    public Multi<OutboundSseEvent> follow(@PathParam("id") String id, @Context Sse sse) {
        return streams.follow(jobId(id), sse);
    }

    private static byte[] bytes(InputStream recipe) throws IOException {
        byte[] bytes = recipe.readNBytes(LARGEST_RECIPE_BYTES + 1);
        if (bytes.length > LARGEST_RECIPE_BYTES) {
            throw new RecipeTooLargeException(LARGEST_RECIPE_BYTES);
        }
        return bytes;
    }

    private static JobId jobId(String text) {
        try {
            return JobId.parse(text);
        } catch (IllegalArgumentException e) {
            throw new InvalidParameterException("id", text, "a job id, which is a UUID");
        }
    }

    private static IdempotencyKey key(String text) {
        try {
            return text == null ? null : new IdempotencyKey(text);
        } catch (IllegalArgumentException e) {
            throw new InvalidParameterException("Idempotency-Key", text, IdempotencyKey.ALLOWED);
        }
    }

    /** A trace context that cannot be read is to be ignored (W3C Trace Context, Sec. 3.2.2). */
    private static String trace(String text) {
        return text != null && TRACEPARENT.matcher(text).matches() ? text : null;
    }
}
