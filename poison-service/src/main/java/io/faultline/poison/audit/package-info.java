/** What others can find out: the filters and the originals from leaked pairs, and the owner from a model's predictions. */
package io.faultline.poison.audit;
