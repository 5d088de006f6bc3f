/** Internal: the first weights of a network. */
package org.residuum.network.initial;
