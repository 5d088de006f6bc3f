/** Internal: how fast a device runs a network, and whether it computes what it should. */
package org.residuum.cli.bench;
