/**
 * Counters of a launch: instructions by kind, sectors of global memory, banks of shared memory,
 * bytes by array.
 */
package org.residuum.ptx.count;
