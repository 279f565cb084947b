package io.faultline.gateway.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.faultline.recipe.InvalidRecipeException;
import java.net.URI;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * Why a request was refused (RFC 9457).
 *
 * @param type a paragraph that describes this kind of refusal
 * @param title the kind in words
 * @param status the HTTP status
 * @param detail what was wrong, what is allowed, what to do
 * @param instance the address that was asked
 * @param field the refused field or parameter; absent where none is to blame
 * @param value what was given there; absent where none is to blame
 * @param allowed what may be given there; absent where none is to blame
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "Problem", description = "Why a request was refused (RFC 9457)")
public record Problem(
        URI type, String title, int status, String detail, URI instance, String field, String value, String allowed) {
    static Problem of(ProblemType type, String detail, URI instance) {
        return new Problem(type.uri(), type.title(), type.status(), detail, instance, null, null, null);
    }

    static Problem of(InvalidRecipeException refusal, URI instance) {
        return blaming(
                ProblemType.INVALID_RECIPE,
                refusal.getMessage(),
                instance,
                refusal.field(),
                refusal.value(),
                refusal.allowed());
    }

    static Problem of(InvalidParameterException refusal, URI instance) {
        return blaming(
                ProblemType.INVALID_PARAMETER,
                refusal.getMessage(),
                instance,
                refusal.field(),
                refusal.value(),
                refusal.allowed());
    }

    private static Problem blaming(
            ProblemType type, String detail, URI instance, String field, String value, String allowed) {
        return new Problem(type.uri(), type.title(), type.status(), detail, instance, field, value, allowed);
    }
}
