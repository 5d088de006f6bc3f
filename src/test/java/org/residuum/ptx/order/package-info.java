/**
 * Which accesses to memory happen before which, beyond barriers: fences, and reads that see what a
 * fenced write left, as the memory consistency model of the PTX ISA has it.
 */
package org.residuum.ptx.order;
