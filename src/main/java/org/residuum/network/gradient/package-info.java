/**
 * Internal: the operations that only backward passes contain; {@code plan.Gradients} appends them.
 */
package org.residuum.network.gradient;
