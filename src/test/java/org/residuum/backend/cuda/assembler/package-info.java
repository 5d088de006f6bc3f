/** What {@code nvcc} and {@code ptxas} make of the kernels, where they are installed. */
package org.residuum.backend.cuda.assembler;
