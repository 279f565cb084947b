package io.faultline.gateway.rest;

import io.faultline.job.Presets;
import io.faultline.recipe.PoisonPreset;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Presets over HTTP. */
@Path("/api/v1/presets")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "presets")
class PresetResource {
    @GET
    @Operation(
            operationId = "listPresets",
            summary = "List the presets",
            description =
                    "The papers' settings for published data sets, each with its source. A recipe takes kernelSize and"
                            + " blur into its poison, and firstClasses, where there is one, into its dataset.")
    @APIResponse(
            responseCode = "200",
            description = "All presets",
            content = @Content(schema = @Schema(implementation = Presets.class)))
    public Presets list() {
        return new Presets(PoisonPreset.all());
    }
}
