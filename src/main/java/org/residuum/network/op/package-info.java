/** The operations a network is made of, forward and backward, each with its shape inference. */
package org.residuum.network.op;
