/** Internal: predictions of many inputs: the job, the formats of its rows, where they go. */
package org.residuum.cli.prediction;
