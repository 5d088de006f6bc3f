/**
 * Which accesses to memory happen before which, beyond barriers: fences, and reads that see what a
 * fenced write left, as the memory consistency model of the PTX ISA has it. What is missing shows
 * as a race: values are those of one interleaving, so that strong accesses alone, which never race,
 * do not show the outcomes that only {@code fence.sc} rules out.
 */
package org.residuum.ptx.order;
