/**
 * Mutation of the kernels by system: every kind of slip at every instruction of the committed PTX,
 * sampled, each run against the cases that launch the kernel.
 */
package org.residuum.backend.cuda.cases.mutation;
