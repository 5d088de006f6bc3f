/** Internal: what a training tells in files beside its model, while it goes on. */
package org.residuum.job.history;
