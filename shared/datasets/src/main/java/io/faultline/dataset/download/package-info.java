/** Published data sets, fetched once over HTTP into a directory that many processes may share. */
package io.faultline.dataset.download;
