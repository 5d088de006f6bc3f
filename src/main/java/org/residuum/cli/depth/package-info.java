/** Internal: residual networks beside plain ones of growing depth, measured and drawn. */
package org.residuum.cli.depth;
