/** Internal: random changes to training pictures, on their bytes, and the mixing of batches. */
package org.residuum.data.augment;
