/** Internal: random changes to training pictures, on their bytes. */
package org.residuum.data.augment;
