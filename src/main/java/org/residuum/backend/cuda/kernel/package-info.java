/** Internal: the kernels of {@code cuda/}, their arguments and their launch shapes. */
package org.residuum.backend.cuda.kernel;
