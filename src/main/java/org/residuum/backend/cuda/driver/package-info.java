/** Internal: CUDA's driver API behind an interface, and its implementation over JCuda. */
package org.residuum.backend.cuda.driver;
