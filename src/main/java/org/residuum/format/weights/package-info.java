/**
 * Internal: files that hold weights and no network: finding the built-in network that they belong
 * to, and giving each of its parameters the tensor that is meant for it.
 */
package org.residuum.format.weights;
