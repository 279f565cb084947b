package io.faultline.gateway.rest;

import io.faultline.artifact.ArtifactCorruptedException;
import io.faultline.artifact.ArtifactException;
import io.faultline.artifact.ArtifactNotFoundException;
import io.faultline.gateway.checkpoint.RefusedCheckpointException;
import io.faultline.gateway.checkpoint.UnknownCheckpointException;
import io.faultline.gateway.corruption.RefusedCorruptionSetException;
import io.faultline.gateway.corruption.UnknownCorruptionSetException;
import io.faultline.gateway.dataset.RefusedDatasetException;
import io.faultline.gateway.dataset.UnknownDatasetException;
import io.faultline.gateway.dataset.UploadBrokenOffException;
import io.faultline.gateway.dataset.UploadTooLargeException;
import io.faultline.gateway.job.DatabaseAbsence;
import io.faultline.gateway.job.IdempotencyKeyReusedException;
import io.faultline.gateway.job.JobEndedException;
import io.faultline.gateway.job.JobNotFoundException;
import io.faultline.recipe.InvalidRecipeException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.net.URI;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** The one place where a failure becomes an answer. */
class ProblemMappers {
    private static final Logger LOG = Logger.getLogger(ProblemMappers.class);
    private static final int RETRY_SECONDS = 5;

    @ServerExceptionMapper
    Response invalidRecipe(InvalidRecipeException refusal, UriInfo request) {
        return answer(Problem.of(refusal, instance(request)));
    }

    @ServerExceptionMapper
    Response invalidParameter(InvalidParameterException refusal, UriInfo request) {
        return answer(Problem.of(refusal, instance(request)));
    }

    @ServerExceptionMapper
    Response jobNotFound(JobNotFoundException refusal, UriInfo request) {
        return answer(ProblemType.JOB_NOT_FOUND, refusal, request);
    }

    @ServerExceptionMapper
    Response artifactNotFound(ArtifactNotFoundException refusal, UriInfo request) {
        return answer(ProblemType.ARTIFACT_NOT_FOUND, refusal, request);
    }

    @ServerExceptionMapper
    Response jobEnded(JobEndedException refusal, UriInfo request) {
        return answer(ProblemType.JOB_ENDED, refusal, request);
    }

    @ServerExceptionMapper
    Response keyReused(IdempotencyKeyReusedException refusal, UriInfo request) {
        return answer(ProblemType.IDEMPOTENCY_KEY_REUSED, refusal, request);
    }

    @ServerExceptionMapper
    Response unknownDataset(UnknownDatasetException refusal, UriInfo request) {
        return answer(ProblemType.UNKNOWN_DATASET, refusal, request);
    }

    @ServerExceptionMapper
    Response refusedDataset(RefusedDatasetException refusal, UriInfo request) {
        return answer(ProblemType.INVALID_DATASET, refusal, request);
    }

    @ServerExceptionMapper
    Response unknownCheckpoint(UnknownCheckpointException refusal, UriInfo request) {
        return answer(ProblemType.UNKNOWN_CHECKPOINT, refusal, request);
    }

    @ServerExceptionMapper
    Response refusedCheckpoint(RefusedCheckpointException refusal, UriInfo request) {
        return answer(ProblemType.INVALID_CHECKPOINT, refusal, request);
    }

    @ServerExceptionMapper
    Response unknownCorruptionSet(UnknownCorruptionSetException refusal, UriInfo request) {
        return answer(ProblemType.UNKNOWN_CORRUPTION_SET, refusal, request);
    }

    @ServerExceptionMapper
    Response refusedCorruptionSet(RefusedCorruptionSetException refusal, UriInfo request) {
        return answer(ProblemType.INVALID_CORRUPTION_SET, refusal, request);
    }

    @ServerExceptionMapper
    Response uploadTooLarge(UploadTooLargeException refusal, UriInfo request) {
        return closing(answer(ProblemType.TOO_LARGE, refusal, request));
    }

    @ServerExceptionMapper
    Response recipeTooLarge(RecipeTooLargeException refusal, UriInfo request) {
        return closing(answer(ProblemType.TOO_LARGE, refusal, request));
    }

    /** Nobody is left to read the answer. */
    @ServerExceptionMapper
    Response uploadBrokenOff(UploadBrokenOffException failure, UriInfo request) {
        LOG.infof("an upload was not kept: %s", failure.getMessage());
        return closing(answer(ProblemType.BAD_REQUEST, failure, request));
    }

    @ServerExceptionMapper
    Response artifactDamaged(ArtifactCorruptedException failure, UriInfo request) {
        LOG.error(failure.getMessage());
        return answer(ProblemType.ARTIFACT_DAMAGED, failure, request);
    }

    /** A full disk, a directory without rights: the reason is the operator's matter. */
    @ServerExceptionMapper
    Response storeFailed(ArtifactException failure, UriInfo request) {
        UUID number = UUID.randomUUID();
        LOG.errorf(failure, "the artifact store failed path=%s failure=%s", request.getPath(), number);
        return answer(Problem.of(
                ProblemType.UNAVAILABLE,
                "the artifact store failed and kept nothing; the gateway's log says why under " + number,
                instance(request)));
    }

    /** What the framework refuses keeps its status and headers. */
    @ServerExceptionMapper
    Response framework(WebApplicationException refusal, UriInfo request) {
        Response refused = refusal.getResponse();
        if (refused.getStatus() < 400) {
            return refused;
        }
        ProblemType type = ProblemType.of(refused.getStatus());
        Problem problem = new Problem(
                type.uri(),
                type.title(),
                refused.getStatus(),
                refused.getStatus() + " " + refused.getStatusInfo().getReasonPhrase()
                        + "; /q/openapi describes what is taken where",
                instance(request),
                null,
                null,
                null);
        Response.ResponseBuilder answer = Response.fromResponse(answer(problem));
        refused.getHeaders().forEach((name, values) -> {
            if (!HttpHeaders.CONTENT_TYPE.equalsIgnoreCase(name)
                    && !HttpHeaders.CONTENT_LENGTH.equalsIgnoreCase(name)) {
                values.forEach(value -> answer.header(name, value));
            }
        });
        if (type == ProblemType.METHOD_NOT_ALLOWED) {
            answer.header(
                    HttpHeaders.ALLOW, AllowedMethods.of(request.getRequestUri().getPath()));
        }
        return answer.build();
    }

    /** What nobody foresaw: the caller gets a number to report, the log the rest. */
    @ServerExceptionMapper
    Response unforeseen(Exception failure, UriInfo request) {
        if (DatabaseAbsence.causes(failure)) {
            return databaseAway(failure, request);
        }
        UUID number = UUID.randomUUID();
        LOG.errorf(failure, "a request failed path=%s failure=%s", request.getPath(), number);
        return answer(Problem.of(
                ProblemType.INTERNAL,
                "a bug of the gateway; please report failure " + number + " with the gateway's log",
                instance(request)));
    }

    private static Response databaseAway(Exception failure, UriInfo request) {
        LOG.warnf("a request was refused since the database does not answer: %s", failure.getMessage());
        Problem problem = Problem.of(
                ProblemType.UNAVAILABLE,
                "the gateway's database does not answer; try again, a submission with the same Idempotency-Key",
                instance(request));
        return Response.fromResponse(answer(problem))
                .header(HttpHeaders.RETRY_AFTER, RETRY_SECONDS)
                .build();
    }

    private static Response answer(ProblemType type, Exception refusal, UriInfo request) {
        return answer(Problem.of(type, refusal.getMessage(), instance(request)));
    }

    private static Response answer(Problem problem) {
        return Response.status(problem.status())
                .type(ProblemType.MEDIA_TYPE)
                .entity(problem)
                .build();
    }

    /** Much of the body is unread: the connection cannot be used again. */
    private static Response closing(Response answer) {
        return Response.fromResponse(answer).header("Connection", "close").build();
    }

    private static URI instance(UriInfo request) {
        return URI.create(request.getRequestUri().getRawPath());
    }
}
