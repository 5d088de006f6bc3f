/** Internal: finding and loading JCuda's natives and cuBLAS. */
package org.residuum.backend.cuda.library;
