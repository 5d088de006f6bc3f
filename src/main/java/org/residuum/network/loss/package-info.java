/** Internal: what a training makes small; {@code plan.Gradients} appends it behind the outputs. */
package org.residuum.network.loss;
