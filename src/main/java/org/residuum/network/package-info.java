/**
 * The description of a network: a flat list of nodes in single-assignment form, its parameters by
 * name, and the builders that write such lists. Shapes are logical, in PyTorch's order; memory
 * layout is each backend's own.
 */
package org.residuum.network;
