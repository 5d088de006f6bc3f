/** Internal: event files, which TensorBoard shows. */
package org.residuum.format.tensorboard;
