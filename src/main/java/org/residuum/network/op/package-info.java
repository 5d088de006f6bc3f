/** The operations that a network is made of, each with its shape inference. */
package org.residuum.network.op;
