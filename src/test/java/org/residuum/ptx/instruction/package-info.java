/** What each instruction computes in the lanes of a warp, but for those of memory. */
package org.residuum.ptx.instruction;
