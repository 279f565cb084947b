/** Broker, database, store, images and architecture rules for the tests of every module. */
package io.faultline.testkit;
