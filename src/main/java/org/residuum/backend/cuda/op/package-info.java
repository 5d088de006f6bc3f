/** Internal: the steps of each op on a GPU. */
package org.residuum.backend.cuda.op;
