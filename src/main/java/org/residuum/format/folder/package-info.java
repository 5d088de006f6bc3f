/** Internal: saved models, a folder with weights, the network, labels and preprocessing. */
package org.residuum.format.folder;
