/**
 * A real Kafka broker and a real PostgreSQL on this machine, each in a child process that ends with its parent.
 */
package io.faultline.backing;
