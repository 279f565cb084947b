/** The whole cluster on one machine: broker, database and the four services as processes of one owner. */
package io.faultline.local.cluster;
