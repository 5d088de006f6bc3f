/**
 * Internal: the CPU backend, oneDNN primitives on channels-last images, bias, residual sum and
 * activation fused into the products.
 */
package org.residuum.backend.cpu;
