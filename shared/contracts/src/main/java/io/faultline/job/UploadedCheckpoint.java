package io.faultline.job;

import io.faultline.artifact.ArtifactRef;

/**
 * What the gateway answers to an accepted upload of a checkpoint.
 *
 * @param artifact what a recipe names as its training's start
 * @param form how its first bytes begin: safetensors, or one of PyTorch's two
 */
public record UploadedCheckpoint(ArtifactRef artifact, String form) {}
