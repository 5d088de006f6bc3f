/** Internal: how oneDNN and Java compute each op, forward and backward. */
package org.residuum.backend.cpu.op;
