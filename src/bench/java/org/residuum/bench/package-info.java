/**
 * Residuum beside its peers, in one process, alternating; started by {@code scripts/bench-peers}.
 */
package org.residuum.bench;
