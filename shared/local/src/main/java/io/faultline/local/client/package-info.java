/** The gateway's API as a client sees it: uploads, jobs, events. */
package io.faultline.local.client;
