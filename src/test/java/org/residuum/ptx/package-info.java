/**
 * An interpreter for PTX: runs the committed kernels on a machine without a GPU and finds the
 * faults that a GPU would keep silent about.
 */
package org.residuum.ptx;
