/** What a person sees: bars on a terminal, plain lines elsewhere, tables. */
package io.faultline.local.terminal;
