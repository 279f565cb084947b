package io.faultline.dataset;

/** One file of a data set with all of its bytes. */
record FileContent(String name, byte[] bytes) {}
