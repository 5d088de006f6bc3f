/** Internal: fills batches ahead of their use. */
package org.residuum.data.load;
