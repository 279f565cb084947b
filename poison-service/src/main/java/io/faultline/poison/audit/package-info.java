/** What others can find out from leaked pairs: the filters and the originals. */
package io.faultline.poison.audit;
