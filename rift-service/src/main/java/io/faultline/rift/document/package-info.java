/** The report of a refinement: one page for people and the same figures as JSON. */
package io.faultline.rift.document;
