/** The command line of Faultline on one machine. */
package io.faultline.local;
