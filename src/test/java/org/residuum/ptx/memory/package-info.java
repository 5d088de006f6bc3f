/**
 * Memory of a launch: instructions that read and write it, its checks, and the search for races.
 */
package org.residuum.ptx.memory;
